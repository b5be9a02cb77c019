/** What the main process tells the scripts it injects into a document. Page script cannot read any of it. */
export interface RendererConfig {
  /** The DevTools binding that announces a document's link to the main process. */
  bindingName: string;
  /** Where link.html is served. */
  linkOrigin: string;
  /** What the two halves of the context bridge share. */
  bridgeSecret: string;
  /** What the frame is called by which frames inside the page open their links. */
  holderName: string;
  /** Whether frames inside the page get the scripts, too. */
  inSubframes: boolean;
  /** The window was opened by a page. */
  isOpened: boolean;
  /** While ports are inspected: the global that makes the link's channel. */
  linkObserverName: string | undefined;
  contextIsolation: boolean;
  /** Whether `require` is given to the page. Only without context isolation, as in Electron. */
  nodeIntegration: boolean;
  sandbox: boolean;
  /** The global by which the preload script's own script, which comes next, hands it over. */
  preloadName: string;
  /** The preload script's absolute path, when there is one. */
  preloadPath: string | undefined;
  /** Why the preload script could not be read, when it could not. */
  preloadError: string | undefined;
  /** What the app has `process.argv` end with. */
  additionalArguments: string[];
  platform: string;
  arch: string;
  /** The main process's. */
  env: Record<string, string>;
  versions: Record<string, string | undefined>;
}

/** Makes a CommonJS module's function, around the preload script, which may declare variables of the outer names. */
export type PreloadScript = (
  process: object,
  Buffer: unknown,
  filename: string,
  dirname: string
) => (require: (name: string) => unknown, module: { exports: unknown }, exports: unknown) => void;

/** Modules that are there where the preload script names them. */
export interface PreloadModules {
  buffer: { Buffer: unknown } | undefined;
  url: object | undefined;
}
