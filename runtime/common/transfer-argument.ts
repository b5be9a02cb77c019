import { describe } from './describe';

const { toString: tagOf } = Object.prototype;

/**
 * The items of the last argument of every postMessage: an array (or what can be iterated), `{ transfer }`, or undefined.
 * @throws TypeError `Invalid value for transfer`
 */
export function readTransferArgument(argument: unknown): unknown[] {
  const isOptions = typeof argument === 'object' && argument !== null && !(Symbol.iterator in argument);
  // A port in place of a list of one would be left behind without a word.
  const isForgotten = isOptions && (argument instanceof ArrayBuffer || !('transfer' in argument));
  if (isForgotten && tagOf.call(argument) !== '[object Object]') {
    throw new TypeError(`Invalid value for transfer: expected an array or { transfer }, got ${describe(argument)}.`);
  }
  const list = isOptions ? (argument as { transfer?: unknown }).transfer : argument;
  if (list === undefined) return [];
  if (typeof list !== 'object' || list === null || !(Symbol.iterator in list)) {
    throw new TypeError(`Invalid value for transfer: expected an array or { transfer }, got ${describe(list)}.`);
  }
  return [...(list as Iterable<unknown>)];
}
