const { ipcRenderer } = require('electron');

// Hands the page's ports on to it, from the isolated world.
ipcRenderer.on('ports', (event, ports) => {
  window.postMessage(ports, '*', event.ports);
});
