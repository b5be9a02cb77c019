/** What the runtime's windows have, and bare ones have not. esbuild would take a plain `require` for its own. */
export const electron = (globalThis as { require?: (name: 'electron') => typeof Electron.Renderer }).require?.(
  'electron'
);
