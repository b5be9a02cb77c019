// One world's end of the bridge: synchronous calls to the other world's functions, and the lifetimes of both sides'.
//
// What crosses is events on two targets that both worlds hold and page script can't reach. Calls run inside listeners on
// a shadow root, because there, and only there, `window.event` does not show the event to the script that runs in it.
// Attachments go over a plain EventTarget, because a shadow root would show an element of a shadow tree as its host.

import * as safe from './intrinsics';
import { notCloned, pack, uncaught, unpack } from './values';

import type { Callable } from './intrinsics';
import type { Parcel, References } from './values';

export interface Channel {
  readonly calls: ShadowRoot;
  readonly attachments: EventTarget;
}

interface Held {
  readonly fn: Callable;
  readonly receiver: unknown;
}

interface Message {
  /** The function to call; in an answer, what it threw or null. */
  readonly head: unknown;
  readonly parcel: Parcel;
}

const nothing: Parcel = { values: [], attachments: [] };

const unknownException =
  'An unknown exception occurred in the isolated context, an error occurred but a valid exception was not thrown.';

/**
 * Not a message channel: nothing is ever queued, and a call has returned before the next one starts or is nested in it.
 */
export class Peer implements References {
  readonly #channel: Channel;
  readonly #otherWorld: string;
  readonly #held = new safe.Map<number, Held>();
  readonly #idsOfProxies = new safe.WeakMap<object, number>();
  readonly #collected = new safe.FinalizationRegistry<number>((id) => this.#dispatch('release', id));
  #lastId = 0;
  #arrived: unknown[] = [];
  #answer: Message | undefined;

  /** @param root what the other world reaches as its proxy 0 without being sent it */
  constructor(channel: Channel, world: 'isolated' | 'main', root?: Callable) {
    this.#channel = channel;
    this.#otherWorld = world === 'main' ? 'isolated' : 'main';
    if (root) safe.mapSet(this.#held, 0, { fn: root, receiver: undefined });

    safe.listen(channel.attachments, `${world} symbol`, (event) => safe.append(this.#arrived, safe.detailOf(event)));
    safe.listen(channel.attachments, `${world} element`, (event) =>
      safe.append(this.#arrived, safe.relatedTargetOf(event))
    );
    safe.listen(channel.calls, `${world} call`, (event) => this.#onCall(event));
    safe.listen(channel.calls, `${world} answer`, (event) => this.#onAnswer(event));
    safe.listen(channel.calls, `${world} release`, (event) => this.release(safe.detailOf(event) as number));
  }

  hold(fn: Callable, receiver: unknown): number {
    safe.mapSet(this.#held, ++this.#lastId, { fn, receiver });
    return this.#lastId;
  }

  release(id: number): void {
    safe.mapDelete(this.#held, id);
  }

  original(id: number): Callable {
    return (safe.mapGet(this.#held, id) as Held).fn;
  }

  idOfProxy(fn: Callable): number | undefined {
    return safe.weakMapGet(this.#idsOfProxies, fn) as number | undefined;
  }

  proxy(id: number): Callable {
    // A bound function prints as native code, and has neither a prototype nor a way to its target.
    const proxy = safe.bind((...args) => this.#call(id, args), undefined);
    safe.define(proxy, 'name', '', false);
    safe.weakMapSet(this.#idsOfProxies, proxy, id);
    safe.watch(this.#collected, proxy, id);
    return proxy;
  }

  #call(id: number, args: unknown[]): unknown {
    const parcel = pack(args, this);
    this.#answer = undefined;
    this.#send('call', id, parcel);
    const answer = this.#answer as Message | undefined;
    this.#answer = undefined;
    // Blink runs some forty listeners inside each other, and no more.
    if (!answer) throw new safe.RangeError('contextBridge: too many calls nested in each other');
    if (answer.head !== null) throw new safe.Error(answer.head as string);
    return unpack(answer.parcel, this)[0];
  }

  // Must not throw: the page would see that in window.onerror.
  #onCall(event: Event): void {
    const message = this.#receive(event);
    if (!message) return this.#send('answer', notCloned, nothing);
    let result: unknown;
    try {
      const { head, parcel } = message;
      const { fn, receiver } = safe.mapGet(this.#held, head) as Held;
      result = safe.apply(fn, receiver, unpack(parcel, this));
    } catch (error) {
      return this.#send('answer', messageOf(error), nothing);
    }
    let parcel: Parcel;
    try {
      parcel = pack([result], this);
    } catch (error) {
      return this.#send('answer', uncaught(error), nothing);
    }
    this.#send('answer', null, parcel);
  }

  #send(kind: 'answer' | 'call', head: unknown, { values, attachments }: Parcel): void {
    const { length } = attachments;
    for (let i = 0; i < length; i++) {
      const value = attachments[i];
      const event =
        typeof value === 'symbol'
          ? new safe.CustomEvent(`${this.#otherWorld} symbol`, safe.init('detail', value))
          : new safe.FocusEvent(`${this.#otherWorld} element`, safe.init('relatedTarget', value));
      safe.dispatch(this.#channel.attachments, event);
    }
    this.#dispatch(kind, [head, values, length]);
  }

  #dispatch(kind: 'answer' | 'call' | 'release', detail: unknown): void {
    safe.keepInDocument(this.#channel.calls);
    safe.dispatch(
      this.#channel.calls,
      new safe.CustomEvent(`${this.#otherWorld} ${kind}`, safe.init('detail', detail))
    );
  }

  #onAnswer(event: Event): void {
    this.#answer = this.#receive(event) ?? { head: `Uncaught Error: ${notCloned}`, parcel: nothing };
  }

  /** @returns undefined when Blink did not carry everything: it could not clone a value, or is at the end of its stack. */
  #receive(event: Event): Message | undefined {
    const message = safe.detailOf(event) as unknown[] | null;
    const attachments = this.#arrived;
    this.#arrived = [];
    if (message === null || message[2] !== attachments.length) return undefined;
    return { head: message[0], parcel: { values: message[1] as unknown[], attachments } };
  }
}

function messageOf(thrown: unknown): string {
  try {
    const { message } = thrown as Error;
    if (typeof thrown !== 'string' && typeof message === 'string') return message;
  } catch {}
  return unknownException;
}
