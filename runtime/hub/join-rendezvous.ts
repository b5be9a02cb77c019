/** Waits for a frame of the page that holds it to load. */
function loaded(frame: HTMLIFrameElement): Promise<unknown> {
  return new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
}

function embed(url: string): Promise<Window> {
  const frame = document.createElement('iframe');
  frame.src = url;
  const load = loaded(frame);
  document.body.append(frame);
  return load.then(() => frame.contentWindow!);
}

/**
 * Makes the hub known to both rendezvous workers. A frame here reaches the one of secure contexts; one inside a page of
 * an insecure origin reaches the other. The frames stay, for they keep the workers alive.
 * @param insecureOrigin serves the same files, under a host name that is not known to be loopback
 * @param onLink gets each document's token and port
 */
export async function joinRendezvous(insecureOrigin: string, onLink: (token: unknown, port: MessagePort) => void) {
  const [secure, insecure] = await Promise.all([embed('link.html'), embed(`${insecureOrigin}/insecure.html`)]);
  for (const link of [secure, insecure[0]]) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data, ports }) => onLink(data, ports[0]);
    link.postMessage(null, location.origin, [port2]);
  }
}
