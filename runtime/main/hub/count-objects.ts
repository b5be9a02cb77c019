import type { CDPSession } from 'puppeteer-core';

/**
 * How many objects of a class are alive in a page after a full collection, by Chromium's own count of its heap.
 * @param className a global of the page
 */
export async function countObjects(session: CDPSession, className: string): Promise<number> {
  const objectGroup = 'count-objects';
  const { result: prototype } = await session.send('Runtime.evaluate', {
    expression: `${className}.prototype`,
    objectGroup
  });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: prototype.objectId!,
    objectGroup
  });
  const { result: length } = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId!,
    functionDeclaration: 'function () { return this.length; }',
    returnByValue: true
  });
  await session.send('Runtime.releaseObjectGroup', { objectGroup });
  return length.value;
}
