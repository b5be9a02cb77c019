import type { PortWatch } from '@electron/internal/browser/inspector/port-watch';

function webFrameMain(): Electron.WebFrameMain | undefined {
  try {
    return process._linkedBinding('electron_browser_web_frame_main').WebFrameMain.prototype;
  } catch {
    // The program of shell/node/ has no frames.
    return undefined;
  }
}

/** Has it known which frame a port went to. What becomes of it there nobody watches: it is Blink's. */
export function watchFrames(watch: PortWatch) {
  const prototype = webFrameMain();
  if (!prototype) return;
  const { postMessage } = prototype;
  prototype.postMessage = function (...args) {
    const to = { id: `frame ${this.processId} ${this.routingId}`, name: this.url };
    const left = watch.leaving(args[2], to);
    postMessage.apply(this, args);
    left();
  };
}
