import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** There is no app to run. Its message is for the person at the command line. */
export class AppError extends Error {}

export interface FoundApp {
  script: string;
  folder: string;
  name: string | undefined;
  version: string | undefined;
}

/** @throws AppError when it is no JSON */
function readPackage(path: string): { name?: string; productName?: string; version?: string } {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new AppError(`Unable to parse ${path}\n\n${error instanceof Error ? error.message : error}`);
  }
}

/**
 * The app for a path, as Electron finds it: whatever Node.js would require there.
 * @throws AppError that says what was looked for
 */
export function findMain(path: string): FoundApp {
  const full = resolve(path);
  const packageJson = join(full, 'package.json');
  const isFolder = existsSync(packageJson);
  const { name, productName = name, version } = isFolder ? readPackage(packageJson) : {};
  try {
    const script = createRequire(packageJson).resolve(full);
    return { script, folder: isFolder ? full : dirname(script), name: productName, version };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : error;
    throw new AppError(`Unable to find Electron app at ${full}\n\n${reason}`);
  }
}
