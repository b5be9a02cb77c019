// What Chromium tells the main process of the stock runtime by DevTools, to be read and to be added to.

import { once } from 'node:events';
import { Socket } from 'node:net';
import { setImmediate as nextTask } from 'node:timers/promises';

import { defer } from './defer';

interface DevToolsEvent {
  method: string;
  params: any;
  /** Undefined where it is Chromium's own. */
  sessionId?: string;
}

/** The pipe by which Chromium talks to this process. */
export class DevTools {
  /** In the order in which it was told, since this was made. */
  readonly told: DevToolsEvent[] = [];
  #pipe: Socket | undefined;
  #isWithinMessage = false;

  constructor() {
    const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles();
    for (const pipe of handles) {
      // Who listens to what else comes by pipes is not disturbed.
      if (!(pipe instanceof Socket) || pipe.remoteAddress || pipe.listenerCount('data') === 0) continue;
      let text = '';
      const onData = (chunk: Buffer) => {
        const texts = (text + chunk.toString('latin1')).split('\0');
        text = texts.pop()!;
        for (const each of texts) this.#read(pipe, each);
        if (pipe === this.#pipe) this.#isWithinMessage = text !== '';
      };
      pipe.on('data', onData);
      defer(() => pipe.off('data', onData));
    }
  }

  /** Tells the main process something, as a renderer that was taken over can by its own session. */
  async forge(sessionId: string, method: string, params: object) {
    while (this.#isWithinMessage) await once(this.#pipe!, 'data');
    this.#pipe!.emit('data', Buffer.from(`${JSON.stringify({ method, params, sessionId })}\0`));
    // It is looked at in a task of its own.
    await nextTask();
  }

  /** @param is whether it is that one, by its parameters */
  find(method: string, is: (params: any) => boolean = () => true): DevToolsEvent {
    const found = this.told.find((each) => each.method === method && is(each.params));
    if (!found) throw new Error(`Chromium has not told ${method}`);
    return found;
  }

  #read(pipe: Socket, text: string) {
    if (!text.startsWith('{')) return;
    const message = JSON.parse(text);
    if (message.method === undefined) return;
    this.#pipe = pipe;
    this.told.push(message);
  }
}
