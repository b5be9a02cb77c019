import type { StreamMessage, StreamPort, StreamPortListener } from '@electron/internal/common/streams/protocol';

/** A stream's channel, as far as it ends in the hub. */
export class BlinkStreamPort implements StreamPort {
  #port: MessagePort;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  listen(listener: StreamPortListener) {
    const port = this.#port;
    port.onmessageerror = () => listener.messageerror('it could not be deserialized');
    port.onclose = () => listener.close();
    port.onmessage = ({ data }) => listener.message(data);
  }

  post(message: StreamMessage) {
    // A chunk was deserialized here and is nobody else's: moving its bytes spares a copy that would wait for collection.
    const { v: chunk } = message;
    const buffer = ArrayBuffer.isView(chunk) ? chunk.buffer : chunk;
    this.#port.postMessage(message, buffer instanceof ArrayBuffer ? [buffer] : []);
  }

  close() {
    this.#port.close();
  }
}
