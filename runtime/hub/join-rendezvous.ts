// Milliseconds between two tries to join a worker that ended.
const pause = 100;

/** Waits for a frame of the page that holds it to load. */
function loaded(frame: HTMLIFrameElement): Promise<unknown> {
  return new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
}

async function embed(url: string): Promise<HTMLIFrameElement> {
  const frame = document.createElement('iframe');
  frame.src = url;
  const load = loaded(frame);
  document.body.append(frame);
  await load;
  return frame;
}

/** Makes the hub known to one worker, and again when that has ended: it takes the next document's frame to start anew. */
async function join(url: string, linkOf: (frame: Window) => Window | undefined, onLink: OnLink) {
  const frame = await embed(url);
  const link = linkOf(frame.contentWindow!);
  if (!link) throw new Error(`There is no link in ${url}`);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data, ports }) => onLink(data, ports[0]);
  port1.onclose = () => {
    console.warn('A worker by which documents find the hub ended, and is started again');
    frame.remove();
    const again = () => {
      join(url, linkOf, onLink).catch(() => setTimeout(again, pause));
    };
    setTimeout(again, pause);
  };
  link.postMessage(null, location.origin, [port2]);
}

type OnLink = (token: unknown, port: MessagePort) => void;

/**
 * Makes the hub known to both rendezvous workers. A frame here reaches the one of secure contexts; one inside a page of
 * an insecure origin reaches the other. The frames stay, for they keep the workers alive.
 * @param insecureOrigin serves the same files, under a host name that is not known to be loopback
 * @param onLink gets each document's token and port
 */
export async function joinRendezvous(insecureOrigin: string, onLink: OnLink) {
  await Promise.all([
    join('link.html', (frame) => frame, onLink),
    join(`${insecureOrigin}/insecure.html`, (frame) => frame[0], onLink)
  ]);
}
