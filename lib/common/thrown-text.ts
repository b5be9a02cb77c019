const { isArray } = Array;
const { isView } = ArrayBuffer;
const makeString = String;

/**
 * What was thrown, in words. An app may throw what a page sent it, and the text of an array or a buffer is as long as the
 * page likes: minutes of joining. So these are only named.
 * @throws what the value's own `toString` throws, and for a value that has no text
 */
export function textOfThrown(thrown: unknown): string {
  if (isArray(thrown)) return 'an Array';
  if (isView(thrown)) return 'a buffer';
  return makeString(thrown);
}
