// Debian's packages: the compiler, gn, ninja, Rust and a few libraries.

import { spawnSync } from 'node:child_process';

import { must } from './execute';
import { packages } from './pins';
import { say } from './report';

function missingPackages(): string[] {
  const { stdout, error } = spawnSync('dpkg', ['--get-selections', ...packages], { encoding: 'utf8' });
  if (error) throw new Error('the native tree needs Debian 12, or a checkout of Chromium that CHROMIUM_SRC names');
  const installed = new Set(
    stdout.split('\n').flatMap((line) => {
      const [, name, state] = /^([^\s:]+)\S*\s+(\S+)$/.exec(line) ?? [];
      return state === 'install' ? [name] : [];
    })
  );
  return packages.filter((name) => !installed.has(name));
}

/** Installs what is missing when root; otherwise says with which command to do that. */
export async function installPackages(): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    throw new Error(`some packages are missing; run this, then try again:\n  sudo apt-get ${install.join(' ')}`);
  }
  say(`installing ${missing.length} packages: ${missing.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await must('apt-get', ['update', '-qq'], { env });
  await must('apt-get', install, { env });
}
