// Says where in a value something is: `message.list[3]`, `args[1].get("key")`.

/** Longer paths are shortened in the middle. */
const MAX_STEPS = 40;

/** A longer key is shortened, or told by its place. */
const MAX_KEY_LENGTH = 100;

/** The text of a larger one takes too long to make. */
const LARGE_BIGINT = 2n ** 64n;

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** The step to an own property. */
export function propertyStep(key: string): string {
  if (key.length > MAX_KEY_LENGTH) return `[${JSON.stringify(key.slice(0, MAX_KEY_LENGTH))} ...]`;
  if (/^(0|[1-9]\d*)$/.test(key)) return `[${key}]`;
  return identifier.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Runs no script of the key's, and makes no text of an object: an array's may have billions of commas. */
function keyLiteral(key: unknown): string | undefined {
  switch (typeof key) {
    case 'string':
      return key.length > MAX_KEY_LENGTH ? undefined : JSON.stringify(key);
    case 'bigint':
      return -LARGE_BIGINT < key && key < LARGE_BIGINT ? `${key}n` : undefined;
    case 'object':
      return key === null ? 'null' : undefined;
    case 'function':
      return undefined;
    default:
      return String(key);
  }
}

/** The step to an entry of a Map: its value by the key where the key can be written, else by its place. */
export function mapStep(key: unknown, place: number, isKey: boolean): string {
  if (isKey) return `.keys()[${place}]`;
  const literal = keyLiteral(key);
  return literal === undefined ? `.values()[${place}]` : `.get(${literal})`;
}

export function joinPath(root: string, steps: string[]): string {
  if (steps.length <= MAX_STEPS) return root + steps.join('');
  const half = MAX_STEPS / 2;
  return `${root}${steps.slice(0, half).join('')} ... (${steps.length - MAX_STEPS} more) ... ${steps.slice(-half).join('')}`;
}
