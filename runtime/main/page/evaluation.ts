import type { Protocol } from 'puppeteer-core';

/** The text of what a script threw. */
export function exceptionText({ exception, text }: Protocol.Runtime.ExceptionDetails): string {
  return exception?.description?.split('\n    at ')[0] ?? (exception && String(exception.value)) ?? text;
}

/** A value that DevTools returned by value, those that JSON has not included. */
export function remoteValue({ type, value, unserializableValue }: Protocol.Runtime.RemoteObject): unknown {
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
