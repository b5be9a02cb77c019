/** DevTools' words for how a process ended, where Electron has others. */
const words: Record<string, string> = {
  normal: 'clean-exit',
  abnormal: 'abnormal-exit',
  'failed to launch': 'launch-failed',
  'integrity failure': 'integrity-failure'
};

/** Electron's word for how a process ended. @param status DevTools' */
export const exitReason = (status: string) => words[status] ?? status;
