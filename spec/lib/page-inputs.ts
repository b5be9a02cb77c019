// What a page that was taken over may do to the main process: sent to the page as text, so it sees its arguments alone.

export interface Inputs {
  /** The same seed gives the same inputs. */
  seed: number;
  count: number;
  /** How many frames and windows may be opened. */
  maximumComings: number;
}

/** What a page aims at beside its document's link. The names are those of the ports that it was given. */
export const aims = ['port', 'channel', 'file'] as const;

/**
 * Sends random values, and values that look like what is expected, to whatever of the main process the page can reach.
 * @returns how many were sent
 */
export function attack({ seed, count, maximumComings }: Inputs, ports: Record<string, MessagePort>): number {
  let state = seed >>> 0 || 1;
  /** From 0 to below `limit`. */
  const random = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const pick = <T>(items: readonly T[]): T => items[random(items.length)];
  const bytes = (length: number) => Uint8Array.from({ length }, () => random(256));
  const text = () =>
    pick([
      '',
      '__proto__',
      'toString',
      'error',
      'close',
      String.fromCharCode(random(0x10000)),
      'x'.repeat(random(300))
    ]);
  const number = () =>
    pick([0, -0, -1, 1, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 0.5, 1e308, random(1000)]);

  let transfer: Transferable[] = [];
  const listed = <T extends Transferable>(object: T): T => {
    transfer.push(object);
    return object;
  };
  const sparse = () => {
    const array: unknown[] = [];
    array.length = pick([2 ** 32 - 1, 100_000, 7]);
    array[random(5)] = 1;
    return array;
  };
  const cyclic = () => {
    const object: Record<string, unknown> = { text: text() };
    object.self = object;
    return object;
  };
  const resizable = () => new ArrayBuffer(random(100), { maxByteLength: pick([100, 2 ** 20, 2 ** 34]) });
  const platform = () =>
    pick<() => unknown>([
      () => new Blob([bytes(random(100))], { type: text() }),
      () => new File([text()], text(), { lastModified: number() }),
      () => new ImageData(1 + random(3), 1 + random(3)),
      () => new DOMException(text(), text()),
      () => new DOMRect(number(), number(), 1, 1),
      () => listed(new MessageChannel().port1),
      () =>
        listed(
          new ReadableStream({
            start: (controller) => (random(2) ? controller.enqueue(bytes(3)) : controller.error(text()))
          })
        ),
      () => listed(new WritableStream()),
      () => listed(new TransformStream()),
      () => listed(bytes(random(2000)).buffer),
      () => listed(new OffscreenCanvas(1, 1)),
      resizable
    ])();
  const leaf = () =>
    pick<() => unknown>([
      () => undefined,
      () => null,
      () => random(2) === 0,
      number,
      text,
      () => BigInt(random(1000)) ** 9n,
      () => new Date(number()),
      () => new RegExp('a(b)?', pick(['', 'g', 'vy', 'ims'])),
      () => Object(pick([1, 'text', true, 5n])),
      () => bytes(random(500)),
      () => new DataView(bytes(8).buffer, random(8)),
      () => Object.assign(new RangeError(text()), { cause: random(9), name: text() }),
      sparse,
      cyclic,
      platform
    ])();
  const value = (depth = 0): unknown => {
    if (depth > 4 || random(3) === 0) return leaf();
    const several = () => Array.from({ length: random(5) }, () => value(depth + 1));
    return pick<() => unknown>([
      several,
      () =>
        Object.fromEntries(
          several().map((each) => [pick(['toString', 'constructor', 'length', 'then', 't', 'v', 'id', text()]), each])
        ),
      () => new Map(several().map((each) => [value(depth + 1), each])),
      () => new Set(several())
    ])();
  };
  const nested = (depth: number): unknown => {
    let object: unknown = 1;
    for (let level = 0; level < depth; level++) object = level % 2 ? [object] : { object };
    return object;
  };

  /** As what is spoken over an internal channel and with a file, with one thing or other that does not fit. */
  const request = () => {
    const method = pick([
      'read',
      'write',
      'truncate',
      'lastModified',
      'close',
      'claim',
      'answer',
      'fail',
      'constructor',
      text()
    ]);
    const args = pick<() => unknown>([
      () => [pick([0, 5, number()]), pick<unknown>([3, bytes(9), number()])],
      () => [value(), value()],
      () => [],
      value
    ])();
    const message = {
      type: pick(['request', 'request', 'request', 'reply', 'error', 'event']),
      id: random(9),
      method,
      args
    };
    const wrong = pick(['type', 'id', 'method', 'args', 'result', 'error', 'reason']);
    return random(20) === 0 ? { ...message, [wrong]: value() } : message;
  };
  const streamMessage = () => ({ t: pick([0, 1, 2, 3, 4, -1]), v: value() });

  const sendRaw = (raw: any) => {
    const channel = random(20) === 0 ? value() : pick(['answered', 'heard', 'error', 'newListener', text()]);
    // What the runtime's script takes for arguments, and the main process must not.
    const wrong = () => pick<() => unknown>([() => ({ length: random(3), 0: value() }), text, value])();
    const args = random(20) === 0 ? wrong() : Array.from({ length: random(4) }, () => value());
    pick([
      () => raw.send(channel, args),
      () => raw.invoke(channel, args),
      () => raw.postMessage(channel, value(), transfer)
    ])();
  };
  /** What is around: the page's own frames, those of the runtime's, and who opened it. */
  const neighbour = (): Window | null => {
    const root = pick([window, parent, top!, opener ?? window]);
    return root.length > 0 && random(3) > 0 ? root[random(root.length)] : root;
  };
  /** What the runtime's script left for the main process to call. */
  const callRuntime = () => {
    for (const name of Object.getOwnPropertyNames(globalThis).filter((each) => /^_[0-9a-f]{32}/.test(each))) {
      (globalThis as any)[name]?.(pick<unknown>(['hold', 'release', 'inside', undefined, text(), value()]));
    }
  };
  /** Frames and windows that are gone again before anybody knows of them, or are not. */
  const come = () => {
    const source = pick(['', 'about:srcdoc', 'data:text/html,x', location.href, 'javascript:1', hubUrl ?? '']);
    if (random(8) === 0) {
      const opened = open(
        pick(['', 'about:blank', 'data:text/html,x', text()]),
        text(),
        pick(['', 'noopener', text()])
      );
      if (random(2) === 0) opened?.close();
      return;
    }
    const added = document.createElement('iframe');
    if (random(4) === 0) added.sandbox.add('allow-scripts');
    added.name = text();
    added.src = source;
    document.body.append(added);
    if (random(3) > 0) added.remove();
    else setTimeout(() => added.remove(), random(50));
  };
  const raw = (globalThis as any).process?._linkedBinding?.('electron_renderer_ipc').createForRenderFrame();
  const { frame } = globalThis as unknown as { frame?: HTMLIFrameElement };
  const hubUrl = frame?.src;
  let left = maximumComings;

  for (let sent = 0; sent < count; sent++) {
    transfer = [];
    try {
      const aim = pick([
        'port',
        'channel',
        'file',
        'link',
        'frame',
        'console',
        'title',
        'neighbour',
        'runtime',
        'come'
      ]);
      switch (aim) {
        case 'link':
          sendRaw(raw);
          break;
        case 'frame':
          frame?.contentWindow?.postMessage(random(2) ? bytes(16) : value(), '*', transfer);
          break;
        case 'neighbour':
          neighbour()?.postMessage(random(2) ? bytes(16) : value(), '*', transfer);
          break;
        case 'runtime':
          callRuntime();
          break;
        case 'come':
          // Each takes Chromium longer than a thousand messages.
          if (left-- > 0) come();
          break;
        case 'console':
          console.log(value(), nested(random(2000)));
          break;
        case 'title':
          document.title = text();
          break;
        default: {
          const message = pick<() => unknown>([value, request, request, streamMessage, () => nested(random(2000))])();
          ports[aim]?.postMessage(message, transfer);
        }
      }
    } catch {
      // What Blink will not send is dropped.
    }
  }

  return count;
}
