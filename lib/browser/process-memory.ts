import { offerInternalChannel } from '@electron/internal/browser/internal-channel';

// Their documents are Chromium's, not the app's.
const foreign = /^(chrome|chrome-error|chrome-extension|devtools):/;

interface MemoryReader {
  _getProcessMemoryInfo(): Electron.ProcessMemoryInfo | Promise<Electron.ProcessMemoryInfo>;
}

/** `process.getProcessMemoryInfo()` of renderers. */
offerInternalChannel('process-memory', ({ url, sender }) => {
  if (foreign.test(url)) return undefined;
  return {
    getProcessMemoryInfo: () => (sender as unknown as MemoryReader)._getProcessMemoryInfo()
  };
});
