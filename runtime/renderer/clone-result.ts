import { writeValue } from '../common/clone';

/** What a script gave, as text that the main process can make the value of again. */
export function cloneResult(value: unknown): string {
  const bytes = writeValue(value, { name: 'result' });
  // 32 KiB at a time: arguments have a limit.
  let text = '';
  for (let start = 0; start < bytes.length; start += 1 << 15) {
    text += String.fromCharCode(...bytes.subarray(start, start + (1 << 15)));
  }
  return btoa(text);
}
