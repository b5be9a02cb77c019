addEventListener('message', ({ source, data, ports: [port] }) => {
  if (source !== window || data !== 'counter') return;
  port.onmessage = ({ data }) => {
    console.log(JSON.stringify(data));
    // Ends the app; kept when a test runs the page.
    if (!location.hash) port.close();
  };
  port.postMessage('three short words');
  Object.assign(window, { counter: port });
});
