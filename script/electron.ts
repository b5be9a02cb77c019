// Runs a main script on the stock runtime: `npm run electron -- path/to/main.js`.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { parseCommandLine } from './electron/command-line';
import { root } from './tools';

import type * as Runtime from '../runtime/main/electron';

const usage = `Usage: electron-ports [flags] path [arguments]
       electron-ports [flags] --test [files]

Runs an Electron main script (CommonJS, ES module or, where Node.js strips types, TypeScript), or a folder with a
package.json, on Node.js and an installed Chromium. The Chromium is the one that ELECTRON_PORTS_CHROMIUM names, an
installed one, or one that it installs.

With --test, it runs files of node:test, each in a main process of its own; without files, those that \`node --test\` finds.

Flags of Node.js (--inspect, -r module) and of Chromium (--disable-gpu, --proxy-server=URL) go before the path.

  --inspect-ports shows the app's ports on a page of this machine, whose address is printed

  -v, --version   the version of this package and what it runs on
  -a, --abi       the version of Node.js's ABI
  -h, --help      this text`;

function printVersion() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  console.log(`v${version} (Node.js ${process.version})`);
}

/** For Node.js: loads what `-r` names, once the module that follows another `--import` has made this a main process. */
function importOf(modules: string[]): string[] {
  if (modules.length === 0) return [];
  const script = `import Module from 'node:module'; Module._preloadModules(${JSON.stringify(modules)});`;
  return ['--import', `data:text/javascript,${encodeURIComponent(script)}`];
}

/** Runs Node.js in place of this process, and ends as that does. */
function becomeNode(args: string[]) {
  const child = spawn(process.execPath, [...process.execArgv, ...args], { stdio: 'inherit' });
  // They are for the app, which decides when it ends, and which the second one ends. What a terminal sends it sends to both.
  const forward = (signal: NodeJS.Signals) => {
    if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else {
      process.exit(code ?? 1);
    }
  });
}

/** Why tests cannot be run so. */
function cannotTest(): string | undefined {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major === 20 && minor < 14) return `--test needs Node.js 20.14 or newer, this is ${process.version}`;
  if (major === 20 && app.some((file) => file.includes('*'))) {
    return `Node.js ${process.version} finds no tests by a pattern; leave the quotes away, so that the shell does`;
  }
  if (nodeFlags.some((flag) => flag.startsWith('--watch'))) {
    return '--test does not watch files; run it again, or by a program that watches them';
  }
  if (inspectPorts) {
    return 'each file of tests is an app of its own; call app.inspectPorts() in the one whose ports you want to see';
  }
  if (switches.length > 0) {
    return `--${switches[0][0]} is no flag of Node.js; tests give Chromium's with app.commandLine.appendSwitch()`;
  }
  return undefined;
}

async function runApp(): Promise<void> {
  const { printFailure, run } = createRequire(import.meta.url)('../runtime/main/electron.cjs') as typeof Runtime;
  try {
    await run(app, { switches, modules, inspectPorts });
  } catch (error) {
    printFailure(error);
    process.exit(1);
  }
}

const { wants, nodeFlags, modules, switches, inspectPorts, app } = parseCommandLine(process.argv.slice(2));
if (wants === 'help') {
  console.log(usage);
} else if (wants === 'version') {
  printVersion();
} else if (wants === 'abi') {
  console.log(process.versions.modules);
} else if (wants === 'interactive') {
  console.error('electron-ports: there is no REPL here; give the path of an app');
  process.exitCode = 1;
} else if (wants === 'test') {
  const reason = cannotTest();
  if (reason) {
    console.error(`electron-ports: ${reason}`);
    process.exitCode = 1;
  } else {
    const register = pathToFileURL(join(root, 'script', 'register.mjs')).href;
    // Chromium would keep the process of each file.
    becomeNode([...nodeFlags, '--test', '--test-force-exit', '--import', register, ...importOf(modules), ...app]);
  }
} else if (app.length === 0) {
  console.error(usage);
  process.exitCode = 1;
} else if (nodeFlags.length > 0) {
  const flags = switches.map(([name, value]) => (value === undefined ? `--${name}` : `--${name}=${value}`));
  if (inspectPorts) flags.push('--inspect-ports');
  becomeNode([...nodeFlags, process.argv[1], ...flags, ...modules.map((name) => `--require=${name}`), ...app]);
} else {
  await runApp();
}
