import { withArticle } from './clone/data-clone-error';

/** A value in an error text: `null`, `a number`, `a Date`. Runs no script of the value's. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return 'a function';
  return withArticle(typeof value === 'object' ? (constructorName(value) ?? 'object') : typeof value);
}

function constructorName(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value);
  const constructor = prototype && Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof constructor === 'function' && constructor.name ? constructor.name : undefined;
}
