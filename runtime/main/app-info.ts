let path = process.cwd();

/** The folder of the app: the one that was to be run, or the one that its main script is in. */
export const appPath = () => path;

export function setAppPath(folder: string) {
  path = folder;
}
