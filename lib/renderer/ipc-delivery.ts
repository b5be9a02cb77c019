import { Fifo } from '@electron/internal/common/fifo';
import { ipcRenderer, watchListeners } from '@electron/internal/renderer/ipc-renderer';

/**
 * Turns what the main process sends into events of `ipcRenderer`.
 *
 * A message can be here before the page's scripts are. It waits, and all later ones behind it, until there is a listener
 * for it or the document has been parsed, whichever is first: `loadURL()` followed at once by `postMessage()` reaches
 * a listener that the page's own script adds.
 */
const waiting = new Fifo<[channel: string, ports: MessagePort[], args: unknown[]]>();

function deliverWhatCanBe() {
  for (let next; (next = waiting.first); ) {
    const [channel, ports, args] = next;
    if (document.readyState === 'loading' && ipcRenderer.listenerCount(channel) === 0) return;
    waiting.shift();
    try {
      ipcRenderer.emit(channel, { sender: ipcRenderer, ports }, ...args);
    } catch (error) {
      // One listener's error is not to keep the next message.
      reportError(error);
    }
  }
}

process._linkedBinding('electron_renderer_ipc').setReceiver((_internal, channel, ports, args) => {
  waiting.push([channel, ports, args]);
  deliverWhatCanBe();
});

document.addEventListener('DOMContentLoaded', deliverWhatCanBe);
watchListeners(() => queueMicrotask(deliverWhatCanBe));
