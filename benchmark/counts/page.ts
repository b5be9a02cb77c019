// Runs in the page of the counts. What it is given and has no use for, it drops.

import { electron } from '../lib/electron-renderer';

/** Reads a stream to its end, and says how many chunks came. */
electron!.ipcRenderer.on('read', ({ ports: [port] }) => {
  port.onmessage = async ({ data }) => {
    let count = 0;
    for await (const chunk of data) if (chunk) count++;
    port.postMessage(count);
  };
});
