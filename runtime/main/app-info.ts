/** What is known of the app before its main script runs. */
export const appInfo = {
  /** The folder that was to be run, or the one that the main script is in. */
  path: process.cwd(),
  /** From package.json, when a folder was run that has one. */
  name: 'Electron',
  /** The same, of its version. */
  version: undefined as string | undefined
};
