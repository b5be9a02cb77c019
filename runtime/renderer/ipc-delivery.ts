import { setReceiver } from './document-ipc';
import { ipcRenderer, watchListeners } from './ipc-renderer';

type Message = [channel: string, ports: MessagePort[], args: unknown[]];

/**
 * Turns what the main process sends into events of `ipcRenderer`.
 *
 * A message can be here before the page's scripts are. It waits, and later ones of its channel behind it, until there is a
 * listener for it or the document has been parsed, whichever is first: `loadURL()` followed at once by `postMessage()`
 * reaches a listener that the page's own script adds.
 */
let waiting: Message[] = [];
const channelsThatWait = new Set<string>();

const isParsed = () => document.readyState !== 'loading';

function deliver([channel, ports, args]: Message) {
  try {
    ipcRenderer.emit(channel, { sender: ipcRenderer, ports }, ...args);
  } catch (error) {
    // One listener's error is not to keep the next message.
    reportError(error);
  }
}

function deliverOrKeep(message: Message) {
  const [channel] = message;
  if (isParsed() || (ipcRenderer.listenerCount(channel) > 0 && !channelsThatWait.has(channel))) {
    deliver(message);
  } else {
    channelsThatWait.add(channel);
    waiting.push(message);
  }
}

function deliverWhatCanBe() {
  if (waiting.length === 0) return;
  const messages = waiting;
  waiting = [];
  channelsThatWait.clear();
  for (const message of messages) deliverOrKeep(message);
}

setReceiver((channel, ports, args) => {
  if (isParsed()) deliverWhatCanBe();
  deliverOrKeep([channel, ports, args]);
});

document.addEventListener('DOMContentLoaded', deliverWhatCanBe);
watchListeners(() => queueMicrotask(deliverWhatCanBe));
