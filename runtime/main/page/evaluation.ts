import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readValue } from '../../common/clone';

import type { CDPSession, Protocol } from 'puppeteer-core';

/** A script is never done. Electron's promise is never settled then. */
export class UnsettledError extends Error {}

/** The document that a script ran in went away before the script was done. */
export class PageGoneError extends UnsettledError {
  constructor() {
    super('Render frame was disposed before WebFrameMain could be accessed');
  }
}

const cloning = readFileSync(join(__dirname, '..', 'renderer', 'clone-result.js'), 'utf8');

/**
 * Runs script in a page's own world and waits for its promise. The result is cloned, as in Electron: DevTools' own way
 * knows no more than JSON.
 * @param uniqueContextId where, and nowhere else; by default where the page's script is by then
 * @throws what the script threw, cloned, too
 */
export async function evaluate(
  session: CDPSession,
  expression: string,
  userGesture: boolean,
  uniqueContextId?: string
): Promise<unknown> {
  const { result, exceptionDetails } = await session
    .send('Runtime.evaluate', { expression, userGesture, uniqueContextId, awaitPromise: true })
    .catch(throwRefusal);
  if (!exceptionDetails) return valueOf(session, result);
  const { exception } = exceptionDetails;
  // It is what was thrown, once more.
  release(session, result);
  throw exception ? await valueOf(session, exception) : new Error(exceptionDetails.text);
}

// What DevTools says when a context, its target or the session is gone, or what it had of them.
const ofGone = /context|session|target|active page|object with given id/i;

/** @param refusal what DevTools answered instead */
function throwRefusal(refusal: Error & { originalMessage?: string }): never {
  const text = refusal.originalMessage || refusal.message;
  if (ofGone.test(text)) throw new PageGoneError();
  // Its promise that nothing refers to any more cannot be settled.
  throw text === 'Promise was collected' ? new UnsettledError(text) : new Error(text);
}

async function valueOf(session: CDPSession, remote: Protocol.Runtime.RemoteObject): Promise<unknown> {
  const { objectId } = remote;
  if (objectId === undefined) return primitiveValue(remote);
  try {
    const { result, exceptionDetails } = await session
      .send('Runtime.callFunctionOn', {
        objectId,
        functionDeclaration: `function () { 'use strict'; const electronPorts = { __proto__: null }; ${cloning}; return electronPorts.cloneResult(this); }`,
        returnByValue: true
      })
      .catch(throwRefusal);
    if (exceptionDetails) throw new Error(exceptionText(exceptionDetails).replace(/^DataCloneError: /, ''));
    // Page script of this realm may have had a hand in it.
    if (typeof result.value !== 'string') throw new Error('The result could not be read');
    return readValue(Buffer.from(result.value, 'base64'));
  } finally {
    release(session, remote);
  }
}

function release(session: CDPSession, { objectId }: Protocol.Runtime.RemoteObject) {
  if (objectId !== undefined) session.send('Runtime.releaseObject', { objectId }).catch(() => {});
}

/** The text of what a script threw. */
export function exceptionText({ exception, text }: Protocol.Runtime.ExceptionDetails): string {
  return exception?.description?.split('\n    at ')[0] ?? (exception && String(exception.value)) ?? text;
}

/** A value that is no object, those that JSON has not included. */
function primitiveValue({ type, value, unserializableValue }: Protocol.Runtime.RemoteObject): unknown {
  if (unserializableValue === undefined) return value;
  return type === 'bigint' ? BigInt(unserializableValue.slice(0, -1)) : Number(unserializableValue);
}

/** One argument of a console call, as the console would show it. */
export function consoleText(argument: Protocol.Runtime.RemoteObject): string {
  if (argument.type === 'string') return argument.value;
  if (argument.type === 'object' && argument.subtype === undefined && argument.className === 'Object') {
    return '[object Object]';
  }
  return argument.description ?? argument.unserializableValue ?? String(argument.value);
}
