addEventListener('message', ({ source, data, ports: [port] }) => {
  // Frames inside the page could post the same, but not from this window.
  if (source !== window || data !== 'port') return;
  console.log(`got a ${port.constructor.name}, and have ${typeof globalThis.require} for require`);
  port.onmessage = ({ data }) => {
    console.log(`received ${JSON.stringify(data)}`);
    port.close();
  };
  port.postMessage('hello, main');
});
