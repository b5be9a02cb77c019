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
    this.#port.postMessage(message);
  }

  close() {
    this.#port.close();
  }
}
