import { openInternalChannel } from '@electron/internal/renderer/internal-channel';

const channel = openInternalChannel('process-memory');

/** `process.getProcessMemoryInfo()`, for whichever `process` a script gets to see. */
export const getProcessMemoryInfo = () =>
  channel.request('getProcessMemoryInfo') as Promise<Electron.ProcessMemoryInfo>;
