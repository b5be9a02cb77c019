// The child process of the soak: sends back what comes over the port that it is given.

process.parentPort.once('message', ({ ports: [port] }) => {
  port.on('message', ({ data }) => port.postMessage(data));
  port.start();
});
