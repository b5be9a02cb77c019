const { ipcRenderer } = require('electron');

ipcRenderer.on('register', (e, { port }) => {
  console.log('got its port');
  port.onmessage = handleOperation(port);
});

const handleOperation =
  (port) =>
  async ({ data: { operation, data } }) => {
    console.log(`was asked for ${operation} of ${JSON.stringify(data)}`);
    switch (operation) {
      case 'foo': {
        const result = await doFooTo(data);
        port.postMessage({ result });
      }
    }
  };

/** Stands for what keeps a processor busy. */
async function doFooTo(numbers) {
  return numbers.map((number) => number ** 2);
}
