// The utility process: it answers at every port it is given.

process.parentPort.on('message', ({ data: { isTransferred }, ports }) => {
  for (const port of ports) {
    port.on('message', ({ data }) => port.postMessage(data, isTransferred ? [data] : []));
    port.start();
  }
  process.parentPort.postMessage('ready');
});
