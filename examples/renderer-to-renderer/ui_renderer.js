const { ipcRenderer } = require('electron');

let workerConnection = null;
ipcRenderer.on('worker_connection', (e, { port }) => {
  console.log('got its port');
  workerConnection = port;
  beginWork();
});

function beginWork() {
  const message = { operation: 'foo', data: [1, 2, 3] };
  workerConnection.postMessage(message);
  console.log(`posted ${JSON.stringify(message)}`);
  workerConnection.onmessage = ({ data }) => {
    console.log(`received ${JSON.stringify(data)}`);
    ipcRenderer.send('done', { sent: message, received: data });
  };
}
