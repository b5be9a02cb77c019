import { textOfThrown } from '@electron/internal/common/thrown-text';

export type InternalChannelErrorCode =
  /** This frame was not given the channel. */
  | 'ERR_CHANNEL_NOT_GRANTED'
  /** The channel closed before the answer came, or had closed before the call. */
  | 'ERR_CHANNEL_CLOSED'
  /** The other end has no such method. */
  | 'ERR_CHANNEL_NO_METHOD';

/** What is wrong with an internal channel itself, and not with what was asked over it. */
export class InternalChannelError extends Error {
  override readonly name = 'InternalChannelError';
  readonly code: InternalChannelErrorCode;

  constructor(code: InternalChannelErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** An error on its way. Stacks stay where they are: they tell one process of another's files. */
export interface ErrorData {
  class: string;
  name: string;
  message: string;
  code: unknown;
}

// The most special ones first: the first that an error is an instance of is its class.
const classes = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, Error };
const { hasOwn } = Object;
const NativeDOMException = DOMException;

/** @throws what the error's own getters throw */
function describe(error: unknown): ErrorData {
  if (!(error instanceof Error)) {
    return { class: 'Error', name: 'Error', message: textOfThrown(error), code: undefined };
  }
  const { name, message, code } = error as Error & { code?: unknown };
  const data = {
    name: textOfThrown(name),
    message: textOfThrown(message),
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined
  };
  if (error instanceof InternalChannelError) return { class: 'InternalChannelError', ...data };
  if (error instanceof NativeDOMException) return { class: 'DOMException', ...data };
  for (const name in classes) {
    if (error instanceof classes[name as keyof typeof classes]) return { class: name, ...data };
  }
  return { class: 'Error', ...data };
}

export function encodeError(error: unknown): ErrorData {
  try {
    return describe(error);
  } catch {
    return { class: 'Error', name: 'Error', message: 'What was thrown has no text', code: undefined };
  }
}

/**
 * The error again, of the class it had if both sides know that class, and else an Error with its name and code.
 * @throws {TypeError} for what is no error's data: a renderer that was taken over sends anything
 */
export function decodeError(data: ErrorData): Error {
  const { name, message } = data;
  if (typeof name !== 'string' || typeof message !== 'string') {
    throw new TypeError('An error has no name or no message');
  }
  if (data.class === 'InternalChannelError') {
    return new InternalChannelError(data.code as InternalChannelErrorCode, message);
  }
  if (data.class === 'DOMException') return new NativeDOMException(message, name);
  const error = new classes[
    typeof data.class === 'string' && hasOwn(classes, data.class) ? (data.class as keyof typeof classes) : 'Error'
  ](message);
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  if (data.code !== undefined) Object.assign(error, { code: data.code });
  return error;
}
