// Chromium takes a switch that comes twice as its last value alone: an app's would take the place of what IPC needs.

/** Switches whose values are lists, and what is between two items. The runtime's come first: of rules the first counts. */
const lists: Record<string, string> = {
  'blink-settings': ',',
  'disable-blink-features': ',',
  'disable-features': ',',
  'enable-blink-features': ',',
  'enable-features': ',',
  'host-resolver-rules': ',',
  'js-flags': ' '
};

/** What an app cannot have otherwise: without these there is no way to Chromium, or no way to leave nothing behind. */
const fixed = new Set(['no-startup-window', 'remote-debugging-pipe', 'user-data-dir']);

function parse(flag: string): [name: string, value: string | undefined] {
  const [, name, value] = /^-+([^=]*)(?:=(.*))?$/s.exec(flag)!;
  return [name, value];
}

/** Exceptions from rules for all hosts, in the words of those switches that have such. */
const exceptions: Record<string, (value: string, hosts: readonly string[]) => string> = {
  // Of these the last counts.
  'proxy-bypass-list': (value, hosts) => [value, ...hosts].join(';'),
  'host-rules': (value, hosts) => [value, ...hosts.map((host) => `EXCLUDE ${host}`)].join(',')
};

/**
 * The runtime's switches and those of an app. As in Electron, of an app's own switches of one name the last counts.
 * @param own, `added` as `--name` or `--name=value`
 * @param hosts that the runtime's own pages come from, and that no rule of the app may lead elsewhere
 */
export function mergeSwitches(own: readonly string[], added: readonly string[], hosts: readonly string[]): string[] {
  const merged = new Map(own.map(parse));
  for (const [name, value] of new Map(added.map(parse))) {
    if (fixed.has(name)) {
      console.error(`The switch --${name} is the stock runtime's own: the app's is left out`);
    } else if (Object.hasOwn(exceptions, name) && value !== undefined) {
      merged.set(name, exceptions[name](value, hosts));
    } else {
      const before = merged.get(name);
      merged.set(name, Object.hasOwn(lists, name) && before && value ? `${before}${lists[name]}${value}` : value);
    }
  }
  return [...merged].map(([name, value]) => (value === undefined ? `--${name}` : `--${name}=${value}`));
}
