// A SharedWorker is the one place where documents that know nothing of each other can hand over a port. The hub makes
// itself known before there is any window; when the worker had to be started again, documents may come first.

let hub: MessagePort | undefined;
const waiting: [token: unknown, ports: readonly MessagePort[]][] = [];

// Pages can post nonsense to link.html.
const maximumWaiting = 1024;

function receive(isHub: boolean, token: unknown, ports: readonly MessagePort[]) {
  if (isHub) {
    // There is one, as long as it is there.
    if (hub || ports.length !== 1) return;
    [hub] = ports;
    hub.onclose = () => (hub = undefined);
    for (const [each, its] of waiting.splice(0)) hub.postMessage(each, [...its]);
  } else if (hub) {
    hub.postMessage(token, [...ports]);
  } else if (waiting.length < maximumWaiting) {
    waiting.push([token, ports]);
  }
}

addEventListener('connect', (event) => {
  const [link] = (event as MessageEvent).ports;
  link.onmessage = ({ data: [isHub, token], ports }) => receive(isHub, token, ports);
});
