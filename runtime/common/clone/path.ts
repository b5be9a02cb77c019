// Says where in a value something is: `message.list[3]`, `args[1].get("key")`.

/** Longer paths are shortened in the middle. */
const MAX_STEPS = 40;

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** The step to an own property. */
export function propertyStep(key: string): string {
  if (/^(0|[1-9]\d*)$/.test(key)) return `[${key}]`;
  return identifier.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** The step to an entry of a Map: its value by the key where the key can be written, else by its place. */
export function mapStep(key: unknown, place: number, isKey: boolean): string {
  if (isKey) return `.keys()[${place}]`;
  const literal = typeof key === 'string' ? JSON.stringify(key) : typeof key === 'bigint' ? `${key}n` : String(key);
  return typeof key === 'object' && key !== null ? `.values()[${place}]` : `.get(${literal})`;
}

export function joinPath(root: string, steps: string[]): string {
  if (steps.length <= MAX_STEPS) return root + steps.join('');
  const half = MAX_STEPS / 2;
  return `${root}${steps.slice(0, half).join('')} ... (${steps.length - MAX_STEPS} more) ... ${steps.slice(-half).join('')}`;
}
