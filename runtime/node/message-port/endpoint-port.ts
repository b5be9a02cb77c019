import type { PortLike, PortListener } from '@electron/internal/common/port-like';

import type { Endpoint, EndpointOwner, Message } from './endpoint';

/** The way between values and messages of which nothing is transferred. */
export interface Codec {
  /** @throws DataCloneError */
  encode(value: unknown): Message;
  /** @throws when the message cannot be read */
  decode(message: Message): unknown;
}

/** An endpoint as streams, internal channels and files use it, in threads that have no MessagePortMain, too. */
export class EndpointPort implements PortLike, EndpointOwner {
  #endpoint: Endpoint;
  #codec: Codec;
  #listener: PortListener | undefined;

  constructor(endpoint: Endpoint, codec: Codec) {
    this.#endpoint = endpoint;
    this.#codec = codec;
  }

  listen(listener: PortListener) {
    this.#listener = listener;
    this.#endpoint.adopt(this);
    this.#endpoint.start();
  }

  post(message: unknown) {
    this.#endpoint.post(this.#codec.encode(message));
  }

  close() {
    this.#endpoint.close();
  }

  receive(message: Message) {
    let content: unknown;
    try {
      content = this.#codec.decode(message);
    } catch (error) {
      this.fail((error as Error).message);
      return;
    }
    this.#listener!.message(content);
  }

  fail(reason: string) {
    this.#listener!.messageerror(reason);
  }

  disconnect() {
    this.#listener!.close();
  }
}
