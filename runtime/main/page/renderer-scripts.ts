import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { bundlePreload } from './preload-bundle';

import type { RendererConfig } from '../../common/renderer-config';

const bundle = (name: string) => readFileSync(join(__dirname, '..', 'renderer', name), 'utf8');

/** A script to inject at document start; without a world's name, into the page's own. */
export interface InjectedScript {
  source: string;
  worldName?: string;
}

/** The isolated world of preload scripts. */
export const isolatedWorldName = 'Electron Isolated Context';

/** Set in a world where the scripts are to do nothing. */
export const skippingName = (bindingName: string) => `${bindingName}skip`;

/** What goes into every document of a window, in this order. */
export async function rendererScripts(
  options: Omit<RendererConfig, 'preloadError' | 'platform'>
): Promise<InjectedScript[]> {
  const { bindingName, bridgeSecret, contextIsolation, inSubframes, linkOrigin, preloadPath } = options;
  const preload = preloadPath === undefined ? undefined : await bundlePreload(preloadPath);
  const config: RendererConfig = {
    ...options,
    preloadError: preload && 'error' in preload ? preload.error : undefined,
    platform: process.platform
  };
  const preloadFunction =
    preload && 'code' in preload
      ? `function (require, module, exports, process, __filename, __dirname, Buffer) {${preload.code}\n}`
      : 'undefined';
  // The bundles rely on strict mode; the preload script, outside of this function, decides for itself.
  const isForeign = inSubframes ? `location.origin === ${JSON.stringify(linkOrigin)}` : 'true';
  const isSkipped = `globalThis[${JSON.stringify(skippingName(bindingName))}]`;
  const prologue = `'use strict'; if ((window !== window.top && ${isForeign}) || ${isSkipped}) { delete globalThis[${JSON.stringify(bindingName)}]; return; }`;
  const wrap = (text: string, config: object, preload: string) =>
    `((config, preload) => { ${prologue} ${text} })(${JSON.stringify(config)}, ${preload});`;

  const moduleNamed = (name: string, pattern: RegExp) =>
    pattern.test(preloadFunction) ? bundle(`${name}.js`) : `var ${name}Module;`;
  const buffer = moduleNamed('buffer', /\bBuffer\b|['"](node:)?buffer['"]/);
  const url = moduleNamed('url', /['"](node:)?url['"]/);
  const renderer = wrap(`${buffer} ${url} ${bundle('renderer.js')}`, config, preloadFunction);
  if (!contextIsolation) return [{ source: renderer }];
  return [
    { source: wrap(bundle('main-world.js'), { bridgeSecret }, 'undefined') },
    { source: renderer, worldName: isolatedWorldName }
  ];
}
