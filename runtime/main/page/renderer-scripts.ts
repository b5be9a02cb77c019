import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { RendererConfig } from '../../common/renderer-config';
import type { Preload } from './preload-bundle';

const bundle = (name: string) => readFileSync(join(__dirname, '..', 'renderer', name), 'utf8');

/** A script to inject at document start; without a world's name, into the page's own. */
export interface InjectedScript {
  source: string;
  worldName?: string;
}

/** The isolated world of preload scripts. */
export const isolatedWorldName = 'Electron Isolated Context';

/** What stacks call the runtime's own scripts begins with this. */
export const ownSource = 'electron-ports:';

/** Set in a world where the scripts are to do nothing. */
export const skippingName = (bindingName: string) => `${bindingName}skip`;

/** What a window says of its scripts, once. */
export type ScriptOptions = Omit<RendererConfig, 'preloadError' | 'platform' | 'arch' | 'env'>;

/**
 * The preload script as a script of its own: V8 may refuse it, though esbuild has not. It hands itself to a function that
 * the runtime's has left, which is gone before any script of the page runs. Its first line is that of the code.
 */
function preloadSource(handOver: string, { code = '', name }: Preload): string {
  const parameters = '(process, Buffer, __filename, __dirname) => function (require, module, exports)';
  return `${handOver}?.(${parameters} {${code}\n});\n//# sourceURL=${name}`;
}

/** What goes into every document of a window, in this order. */
export function rendererScripts(
  options: ScriptOptions & Pick<RendererConfig, 'env'>,
  preload: Preload | undefined
): InjectedScript[] {
  const { bindingName, bridgeSecret, contextIsolation, inSubframes, linkOrigin, preloadName } = options;
  const config: RendererConfig = {
    ...options,
    preloadError: preload?.error,
    platform: process.platform,
    arch: process.arch
  };
  const handOver = `globalThis[${JSON.stringify(preloadName)}]`;
  // What V8 refuses is told of where it would run, and nowhere else.
  const hush = preload
    ? `const hush = (event) => event.preventDefault(); addEventListener('error', hush); ${handOver} = (preload) => { if (!preload && delete ${handOver}) removeEventListener('error', hush); };`
    : '';
  // The bundles rely on strict mode.
  const isForeign = inSubframes ? `location.origin === ${JSON.stringify(linkOrigin)}` : 'true';
  const isSkipped = `globalThis[${JSON.stringify(skippingName(bindingName))}]`;
  const prologue = `'use strict'; if ((window !== window.top && ${isForeign}) || ${isSkipped}) { delete globalThis[${JSON.stringify(bindingName)}];`;
  const wrap = (name: string, text: string, config: object, onSkipped = '') =>
    `((config) => { ${prologue} ${onSkipped} return; } ${text} })(${JSON.stringify(config)});\n//# sourceURL=${ownSource}${name}`;

  const code = preload?.code ?? '';
  const moduleNamed = (name: string, pattern: RegExp) =>
    pattern.test(code) ? bundle(`${name}.js`) : `var ${name}Module;`;
  const buffer = moduleNamed('buffer', /\bBuffer\b|['"](node:)?buffer['"]/);
  const url = moduleNamed('url', /['"](node:)?url['"]/);
  const sources = [wrap('renderer', `${buffer} ${url} ${bundle('renderer.js')}`, config, hush)];
  if (preload?.code !== undefined) sources.push(preloadSource(handOver, preload));
  if (preload) sources.push(`${handOver}?.();\n//# sourceURL=${ownSource}preload`);
  if (!contextIsolation) return sources.map((source) => ({ source }));
  return [
    { source: wrap('main-world', bundle('main-world.js'), { bridgeSecret }) },
    ...sources.map((source) => ({ source, worldName: isolatedWorldName }))
  ];
}
