import { readFile } from 'node:fs/promises';

const failure = (code: string, text: string) => Object.assign(new Error(text), { code });

/**
 * What a process occupies, in kilobytes, as Linux accounts for it. What is swapped out counts as private, as in Chromium.
 * @throws Error with `code` `ERR_PROCESS_GONE` or `ERR_NOT_AVAILABLE`
 */
export async function readProcessMemory(pid: number | undefined): Promise<Electron.ProcessMemoryInfo> {
  if (process.platform !== 'linux') {
    throw failure(
      'ERR_NOT_AVAILABLE',
      `The stock runtime reads memory figures from /proc, which ${process.platform} has not`
    );
  }
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => {
    throw failure('ERR_PROCESS_GONE', 'The renderer process is gone');
  });
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
  return {
    residentSet: kilobytes('VmRSS'),
    private: kilobytes('RssAnon') + kilobytes('VmSwap'),
    shared: kilobytes('RssFile') + kilobytes('RssShmem')
  };
}
