import { installTransferredFile } from '@electron/internal/renderer/transferred-file';

// What a frame of the fork runs of this, ahead of every preload and page script.

export { getProcessMemoryInfo } from '@electron/internal/renderer/process-memory';

installTransferredFile();
