// A SharedWorker is the one place where documents that know nothing of each other can hand over a port. The hub makes
// itself known first, before there is any window.

let hub: MessagePort | undefined;

addEventListener('connect', (event) => {
  const [link] = (event as MessageEvent).ports;
  link.onmessage = ({ data, ports }) => {
    if (hub) hub.postMessage(data, [...ports]);
    else [hub] = ports;
  };
});
