import { bundlePreload, hasChanged } from './preload-bundle';
import { rendererScripts } from './renderer-scripts';

import type { Preload } from './preload-bundle';
import type { InjectedScript, ScriptOptions } from './renderer-scripts';

interface Made {
  scripts: readonly InjectedScript[];
  preload: Preload | undefined;
  /** The environment, as text. */
  env: string;
}

/** What is injected into the documents of a window. */
export class WindowScripts {
  #options: ScriptOptions | undefined;
  #made: Promise<Made>;

  /** @param options none where no script could use what is injected: then no document is linked to the main process */
  constructor(options?: ScriptOptions) {
    this.#options = options;
    this.#made = options ? this.#make(options) : Promise.resolve({ scripts: [], preload: undefined, env: '' });
    // Told to whoever asks.
    this.#made.catch(() => {});
  }

  get current(): Promise<readonly InjectedScript[]> {
    return this.#made.then(({ scripts }) => scripts);
  }

  /**
   * Electron reads the preload script, and takes the environment, for each document.
   * @returns what is to be injected from now on; undefined when it is what it was
   */
  async renew(): Promise<readonly InjectedScript[] | undefined> {
    const { preload, env } = await this.#made;
    if (!this.#options) return undefined;
    if (env === environment() && !(preload && (await hasChanged(preload)))) return undefined;
    this.#made = this.#make(this.#options);
    return this.current;
  }

  async #make(options: ScriptOptions): Promise<Made> {
    const { preloadPath } = options;
    const env = environment();
    const preload = preloadPath === undefined ? undefined : await bundlePreload(preloadPath);
    return { scripts: rendererScripts({ ...options, env: JSON.parse(env) }, preload), preload, env };
  }
}

const environment = () => JSON.stringify(process.env);
