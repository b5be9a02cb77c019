// The command line of `electron-ports`, which is that of `electron`: flags, the app's path, and the app's own arguments.

/** What a command line asks for. */
export interface CommandLine {
  /** For Node.js, as they were given: `--inspect`, `--import` and its module. */
  nodeFlags: string[];
  /** What `-r` names: modules that run before the app, and have its `electron`. */
  modules: string[];
  /** For Chromium, each `[name, value]`. */
  switches: [name: string, value: string | undefined][];
  /** Whether the app's ports are to be shown. */
  inspectPorts: boolean;
  /** The app's path and its arguments; what is to be tested. */
  app: string[];
  /** Instead of running an app. */
  wants?: 'help' | 'version' | 'abi' | 'interactive' | 'test';
}

/** Flags of Node.js whose value may be the next argument. */
const withValue = new Set([
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '--env-file',
  '--env-file-if-exists',
  '--test-name-pattern',
  '--test-reporter',
  '--test-reporter-destination',
  '--test-skip-pattern'
]);

/** Flags of Node.js that cannot be in NODE_OPTIONS, and hence are not in its own list, but do something for an app. */
const ofNode = /^--(env-file(-if-exists)?|(cpu|heap)-prof(-(dir|interval|name))?|trace-gc)$/;
/** And for tests alone. */
const ofTests = /^--(experimental-)?test-/;

const wants: Record<string, CommandLine['wants']> = {
  '-h': 'help',
  '--help': 'help',
  '-v': 'version',
  '--version': 'version',
  '-a': 'abi',
  '--abi': 'abi',
  '-i': 'interactive',
  '--interactive': 'interactive',
  '--test': 'test'
};

/** The name of a flag: `--inspect` of `--inspect=0`. */
const nameOf = (flag: string): string => flag.split('=', 1)[0];

/** @param argv what follows the command */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const found: CommandLine = { nodeFlags: [], modules: [], switches: [], inspectPorts: false, app: [] };
  // Chromium has some of that name, too.
  const isTest = argv.includes('--test');
  let i = 0;
  for (; i < argv.length && argv[i].startsWith('-') && argv[i] !== '-'; i++) {
    const flag = argv[i];
    const name = nameOf(flag);
    if (wants[flag]) {
      found.wants ??= wants[flag];
    } else if (flag === '--inspect-ports') {
      found.inspectPorts = true;
    } else if (name === '-r' || name === '--require') {
      found.modules.push(flag === name ? (argv[++i] ?? '') : flag.slice(name.length + 1));
    } else if (withValue.has(flag)) {
      found.nodeFlags.push(flag, argv[++i] ?? '');
    } else if (process.allowedNodeEnvironmentFlags.has(name) || ofNode.test(name) || (isTest && ofTests.test(name))) {
      found.nodeFlags.push(flag);
    } else {
      const value = flag.includes('=') ? flag.slice(name.length + 1) : undefined;
      found.switches.push([name.replace(/^--?/, ''), value]);
    }
  }
  found.app = argv.slice(i);
  return found;
}
