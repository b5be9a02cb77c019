// Every formatter of the repository, each with what it formats: `lint` checks with them, `format` writes with them.

import { bin, files, run } from './tools';

interface Formatter {
  name: string;
  /** The same program under the names that distributions give it; the first one that is installed is used. */
  commands: string[];
  files: string[];
  check: string[];
  write: string[];
}

const formatters: Formatter[] = [
  { name: 'oxfmt', commands: [bin('oxfmt')], files: ['.'], check: ['--check'], write: [] },
  {
    name: 'clang-format',
    commands: ['clang-format', 'clang-format-22', 'clang-format-19'],
    files: files('shell', /\.(cc|h)$/),
    check: ['--dry-run', '--Werror'],
    write: ['-i']
  },
  {
    name: 'gn format',
    commands: ['gn'],
    files: files('.', /\.gni?$/),
    check: ['format', '--dry-run'],
    write: ['format']
  }
];

/** Runs every formatter that has something to format. Returns the names of those that failed. */
export function runFormatters(mode: 'check' | 'write'): string[] {
  return formatters
    .filter((formatter) => formatter.files.length > 0)
    .filter((formatter) => {
      for (const command of formatter.commands) {
        const status = run(command, [...formatter[mode], ...formatter.files]);
        if (status !== null) return status !== 0;
      }
      console.log(`skipped: ${formatter.name}: ${formatter.commands[0]} is not installed`);
      return false;
    })
    .map(({ name }) => name);
}
