const { ipcRenderer } = require('electron');

// contextBridge copies what it exposes, and a port cannot be copied. window.postMessage transfers it instead: the
// window is the same one in both worlds.
ipcRenderer.on('port', (event) => {
  window.postMessage('port', '*', event.ports);
});
