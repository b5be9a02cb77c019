import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

import { AppError } from '../app-error';

export interface AppInPackage {
  folder: string;
  name: string | undefined;
  version: string | undefined;
}

export interface FoundApp extends AppInPackage {
  script: string;
}

/** @throws AppError when it is no JSON */
export function readPackage(path: string): { name?: string; productName?: string; version?: string; type?: string } {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new AppError(`Unable to parse ${path}\n\n${error instanceof Error ? error.message : error}`);
  }
}

/** @throws AppError when its package.json is no JSON */
export function findApp(folder: string): AppInPackage {
  const packageJson = join(folder, 'package.json');
  const { name, productName = name, version } = existsSync(packageJson) ? readPackage(packageJson) : {};
  return { folder, name: productName, version };
}

/**
 * The app for a path, as Electron finds it: whatever Node.js would require there.
 * @throws AppError that says what was looked for
 */
export function findMain(path: string): FoundApp {
  const full = resolve(path);
  const packageJson = join(full, 'package.json');
  const app = findApp(full);
  try {
    const script = createRequire(packageJson).resolve(full);
    return { ...app, script, folder: existsSync(packageJson) ? full : dirname(script) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : error;
    throw new AppError(`Unable to find Electron app at ${full}\n\n${reason}`);
  }
}
