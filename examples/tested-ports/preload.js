const { ipcRenderer } = require('electron');

ipcRenderer.on('counter', (event) => {
  window.postMessage('counter', '*', event.ports);
});
