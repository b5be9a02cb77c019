import { writeValue } from '../common/clone';

/** What a script gave, as text that the main process can make the value of again. */
function cloneResult(value: unknown): string {
  const bytes = writeValue(value, { name: 'result' });
  // 32 KiB at a time: arguments have a limit.
  let text = '';
  for (let start = 0; start < bytes.length; start += 1 << 15) {
    text += String.fromCharCode(...bytes.subarray(start, start + (1 << 15)));
  }
  return btoa(text);
}

/** Around this script when it runs, and without a prototype. An export would be a loop over what a page may have added to. */
declare const electronPorts: { cloneResult?: typeof cloneResult };
electronPorts.cloneResult = cloneResult;
