import { decodeError, encodeError, InternalChannelError } from '@electron/internal/common/internal-channel-error';
import type { ErrorData } from '@electron/internal/common/internal-channel-error';
import type { PortLike } from '@electron/internal/common/port-like';
import { Turnstile } from '@electron/internal/common/turnstile';

export type Methods = Record<string, (...args: any[]) => unknown>;

type Message =
  | { type: 'request'; id: number; method: string; args: unknown[] }
  | { type: 'reply'; id: number; result: unknown }
  | { type: 'error'; id: number; error: ErrorData }
  | { type: 'event'; method: string; args: unknown[] }
  | { type: 'close'; reason: string };

/** A renderer that was taken over asks for anything, as fast as it can. What is asked at once is bounded by this. */
const maximumRunning = 16;
const maximumWaiting = 10_000;
const maximumArguments = 100;
const maximumName = 100;
/** What one end asks at once of the other; the rest waits here. */
const maximumAsked = 1000;

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

type State = { is: 'waiting' } | { is: 'open'; port: PortLike } | { is: 'closed' };

/** @throws for what is no number: as a key it would be made a text, which of an array can take minutes */
function checkNumber(id: unknown) {
  if (typeof id !== 'number') throw new TypeError('A request or an answer has no number');
}

/** @throws for a call that makes no sense */
function checkCall(method: unknown, args: unknown) {
  if (typeof method !== 'string' || method.length > maximumName) throw new TypeError('A method has no name');
  if (!isArray(args) || args.length > maximumArguments) throw new TypeError('There are no arguments');
}

// Page script may share this realm. It can change prototypes, but not what was taken from them before it ran; and what
// it can change is used for messages only, never for the port.
const { apply } = Reflect;
const { create, hasOwn, keys } = Object;
const { isArray } = Array;
const otherEndWentAway = 'the other end went away';

/**
 * Either end of the private channel of one internal API: requests with replies, events, errors with their class and
 * code. Deliberately knows no frames and no names but its own: who may have the other end was decided by the code that handed
 * the port over.
 */
export class InternalChannel {
  readonly name: string;
  #state: State = { is: 'waiting' };
  /** Settles when the channel is no longer waiting for its port. */
  #decided: Promise<void>;
  #decide = () => {};
  #methods: Methods = {};
  /** For the other end's calls, and for this end's requests. */
  #calls = new Turnstile(maximumRunning);
  #requests = new Turnstile(maximumAsked);
  #lastId = 0;
  #pending: Record<number, Pending> = create(null);
  #hasReported = false;
  #ended = new AbortController();

  constructor(name: string) {
    this.name = name;
    this.#decided = new Promise((resolve) => (this.#decide = resolve));
  }

  /** Aborts when the channel closes, with the InternalChannelError that says why: for work whose result is no longer needed. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** What the other end can call. To be set before `connect`. */
  handle(methods: Methods) {
    this.#methods = methods;
  }

  /**
   * One that was closed meanwhile closes the port.
   * @param whyClosed asked when the port closed and the other end did not say why
   */
  connect(port: PortLike, whyClosed: () => string | Promise<string> = () => otherEndWentAway) {
    if (this.#state.is === 'open') throw new Error(`The internal channel '${this.name}' has its port already`);
    if (this.#state.is === 'closed') {
      port.close();
      return;
    }
    this.#state = { is: 'open', port };
    port.listen({
      message: (message) => this.#receive(message as Message),
      messageerror: () => this.#receive(undefined),
      close: () => {
        void this.#onPortClosed(whyClosed);
      }
    });
    this.#decide();
  }

  /** Never rejects. */
  async #onPortClosed(whyClosed: () => string | Promise<string>) {
    let why = otherEndWentAway;
    try {
      why = await whyClosed();
    } catch {}
    this.#end('ERR_CHANNEL_CLOSED', `is closed: ${why}`);
  }

  /** Says that there will be no port. */
  refuse() {
    this.#end('ERR_CHANNEL_NOT_GRANTED', 'was not given to this frame');
  }

  /**
   * Calls a method of the other end and waits for its result.
   * @throws what the method throws; InternalChannelError; DataCloneError
   */
  async request(method: string, ...args: unknown[]): Promise<unknown> {
    await this.#decided;
    // The other end would take more for a flood.
    const turn = this.#requests.enter();
    if (turn) await turn;
    try {
      const id = ++this.#lastId;
      this.#post({ type: 'request', id, method, args });
      return await new Promise((resolve, reject) => (this.#pending[id] = { resolve, reject }));
    } finally {
      this.#requests.leave();
    }
  }

  /**
   * Calls a method of the other end and does not learn what becomes of it.
   * @throws InternalChannelError, DataCloneError
   */
  async emit(method: string, ...args: unknown[]): Promise<void> {
    await this.#decided;
    this.#post({ type: 'event', method, args });
  }

  /** @param reason what the other end's pending requests are rejected with */
  close(reason = 'it was closed') {
    if (this.#state.is === 'open') {
      this.#state.port.post({ type: 'close', reason });
      this.#state.port.close();
    }
    this.#end('ERR_CHANNEL_CLOSED', `is closed: ${reason}`);
  }

  #post(message: Message) {
    if (this.#state.is !== 'open') throw this.signal.reason;
    this.#state.port.post(message);
  }

  #end(code: InternalChannelError['code'], what: string) {
    if (this.#state.is === 'closed') return;
    this.#state = { is: 'closed' };
    this.#calls.close();
    const error = new InternalChannelError(code, `The internal channel '${this.name}' ${what}`);
    for (const id of keys(this.#pending)) this.#pending[Number(id)].reject(error);
    this.#pending = create(null);
    this.#ended.abort(error);
    this.#decide();
  }

  /** @param message undefined for one that cannot be read */
  #receive(message: Message | undefined) {
    try {
      this.#dispatch(message!);
    } catch (error) {
      // A renderer that was taken over sends anything. That is the end of its channel, and of nothing else.
      const reason = error instanceof RangeError ? 'it was asked for too much at once' : 'it got what is no message';
      console.error(`The internal channel '${this.name}' is closed: ${reason}`);
      this.close(reason);
    }
  }

  /** @throws for anything that is no message */
  #dispatch(message: Message) {
    switch (message.type) {
      case 'request': {
        const { id, method, args } = message;
        checkCall(method, args);
        checkNumber(id);
        this.#checkRate();
        void this.#run(() => this.#answer(id, method, args));
        break;
      }
      case 'event': {
        const { method, args } = message;
        checkCall(method, args);
        if (!hasOwn(this.#methods, method)) throw new TypeError('There is no such event');
        this.#checkRate();
        void this.#run(() =>
          this.#call(method, args).then(
            () => {},
            (error) => this.#reportEvent(method, error)
          )
        );
        break;
      }
      case 'reply':
        checkNumber(message.id);
        this.#take(message.id)?.resolve(message.result);
        break;
      case 'error': {
        checkNumber(message.id);
        const error = decodeError(message.error);
        this.#take(message.id)?.reject(error);
        break;
      }
      case 'close':
        if (typeof message.reason !== 'string') throw new TypeError('There is no reason');
        if (this.#state.is === 'open') this.#state.port.close();
        this.#end('ERR_CHANNEL_CLOSED', `is closed: ${message.reason}`);
        break;
      default:
        throw new TypeError('Unknown type');
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending[id];
    delete this.#pending[id];
    return pending;
  }

  /** @throws RangeError */
  #checkRate() {
    if (this.#calls.waiting === maximumWaiting) throw new RangeError('It asks for too much at once');
  }

  /** Runs the calls in the order in which they come, not too many at once. @param call never rejects */
  async #run(call: () => Promise<void>) {
    // Where there is room it begins at once.
    const turn = this.#calls.enter();
    if (turn) await turn;
    try {
      if (this.#state.is !== 'closed') await call();
    } finally {
      this.#calls.leave();
    }
  }

  /** The first that fails: the other end could fill the log. */
  #reportEvent(method: string, error: unknown) {
    if (this.#hasReported) return;
    this.#hasReported = true;
    console.error(`Event '${method}' of the internal channel '${this.name}', and no later one is reported:`, error);
  }

  async #call(method: string, args: unknown[]): Promise<unknown> {
    if (!hasOwn(this.#methods, method)) {
      throw new InternalChannelError(
        'ERR_CHANNEL_NO_METHOD',
        `The internal channel '${this.name}' has no method '${method}'`
      );
    }
    return apply(this.#methods[method], undefined, args);
  }

  /** Never rejects. */
  async #answer(id: number, method: string, args: unknown[]) {
    const reply = (message: Message) => {
      // When the channel is closed, no request is pending at the other end.
      if (this.#state.is === 'open') this.#state.port.post(message);
    };
    try {
      reply({ type: 'reply', id, result: await this.#call(method, args) });
    } catch (error) {
      // Of the method, or because its result cannot be cloned.
      const replyError = (error: unknown) => reply({ type: 'error', id, error: encodeError(error) });
      try {
        replyError(error);
      } catch {
        replyError(new Error('The error is too large to be sent'));
      }
    }
  }
}
