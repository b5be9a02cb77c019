// Runs in the pages of the soak: answers whatever it is given, and says what it got.

import { electron } from '../lib/electron-renderer';

const { ipcRenderer } = electron!;

/** Sends back what comes. */
ipcRenderer.on('echo', ({ ports: [port] }) => {
  port.onmessage = ({ data }) => port.postMessage(data);
});

/** Sends numbers to the owner of the other end, and says whether they came back once each and in order. */
ipcRenderer.on('ask', ({ ports: [port] }, [id, count]: [number, number]) => {
  let next = 0;
  let isInOrder = true;
  port.onmessage = ({ data }) => {
    isInOrder &&= data === next;
    if (++next < count) return;
    ipcRenderer.send('asked', id, isInOrder);
    port.close();
  };
  for (let number = 0; number < count; number++) port.postMessage(number);
});

/** Reads a stream of numbers to its end, and says what their sum is. */
ipcRenderer.on('stream', ({ ports: [port] }, id: number) => {
  port.onmessage = async ({ data }) => {
    let sum = 0;
    try {
      for await (const chunk of data as AsyncIterable<number>) sum += chunk;
    } catch {
      return;
    }
    ipcRenderer.send('read', id, sum);
    port.close();
  };
});

/** Adds a frame like this page, which says so itself, and may have it removed at any time. */
ipcRenderer.on('frame', (_event, name: string) => {
  const frame = document.createElement('iframe');
  frame.name = name;
  frame.src = location.href;
  document.body.append(frame);
});
ipcRenderer.on('remove', (_event, name: string) => document.querySelector(`iframe[name="${name}"]`)?.remove());
if (window !== top) ipcRenderer.send('framed', Number(window.name));

ipcRenderer.on('popup', (_event, name: string) => {
  open('about:blank', name);
});
