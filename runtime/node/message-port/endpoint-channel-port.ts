import type { ChannelPort } from '@electron/internal/common/internal-channel';

import { deserialize, serialize } from './serialize';
import { TransferList } from './transfer-list';

import type { Endpoint, EndpointOwner, Message } from './endpoint';

/** An endpoint as a channel uses it, in threads that have no MessagePortMain, too. */
export class EndpointChannelPort implements ChannelPort, EndpointOwner {
  #endpoint: Endpoint;
  #onmessage: (message: unknown) => void = () => {};
  #onclose = () => {};

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  post(message: unknown) {
    const list = new TransferList(undefined);
    const body = serialize(message, list, 'message');
    this.#endpoint.post({ body, ...list.detach() });
  }

  listen(onmessage: (message: unknown) => void, onclose: () => void) {
    this.#onmessage = onmessage;
    this.#onclose = onclose;
    this.#endpoint.adopt(this);
    this.#endpoint.start();
  }

  close() {
    this.#endpoint.close();
  }

  receive(message: Message) {
    let content: unknown;
    try {
      content = deserialize(message, []);
    } catch {
      this.fail();
      return;
    }
    this.#onmessage(content);
  }

  /** A channel ends with what cannot be read. */
  fail() {
    this.#onmessage(undefined);
  }

  disconnect() {
    this.#onclose();
  }
}
