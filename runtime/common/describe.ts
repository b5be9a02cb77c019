import { withArticle } from './clone/data-clone-error';

/** A value in an error text: `null`, `a number`, `a Date`. Runs no script of the value's. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return 'a function';
  return withArticle(typeof value === 'object' ? (constructorName(value) ?? 'object') : typeof value);
}

/** For the first argument of a method, in gin's words. */
export function conversionFailure(argument: unknown): TypeError {
  return new TypeError(`Error processing argument at index 0, conversion failure from ${describe(argument)}`);
}

function constructorName(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value);
  const constructor = prototype && Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof constructor === 'function' && constructor.name ? constructor.name : undefined;
}
