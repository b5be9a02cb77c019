import { build } from 'esbuild';

import { builtinModules } from 'node:module';

/**
 * A preload script as the body of a CommonJS module's function, with every file that it imports by a path in it. What
 * it requires by a bare name stays a call to `require`.
 */
export async function bundlePreload(path: string): Promise<{ code: string } | { error: string }> {
  try {
    const { outputFiles } = await build({
      entryPoints: [path],
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'browser',
      external: ['electron', 'electron/*', 'node:*', ...builtinModules],
      charset: 'utf8',
      logLevel: 'silent'
    });
    return { code: outputFiles[0].text };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
