const { ipcRenderer } = require('electron');

const { port1, port2 } = new MessageChannel();
const pixels = Uint8Array.from({ length: 1 << 20 }, (_, index) => index % 256);

port1.onmessage = ({ data }) => {
  const bytes = new Uint8Array(data.pixels);
  console.log(`got ${bytes.length} bytes back`);
  port1.postMessage({ first: bytes.at(0), last: bytes.at(-1) });
};

// What is transferred is the buffer behind an array, never the array.
ipcRenderer.postMessage('connect', pixels.buffer, [port2, pixels.buffer]);
console.log(`sent its pixels, and has ${pixels.length} left`);
