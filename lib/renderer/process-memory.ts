import { openInternalChannel } from '@electron/internal/renderer/internal-channel';

const channel = openInternalChannel('process-memory');

process.getProcessMemoryInfo = () =>
  channel.request('getProcessMemoryInfo') as ReturnType<typeof process.getProcessMemoryInfo>;
