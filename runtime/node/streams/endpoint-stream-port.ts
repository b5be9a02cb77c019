import type { StreamMessage, StreamPort, StreamPortListener } from '@electron/internal/common/streams/protocol';

import { deserialize, serialize } from '../message-port/serialize';
import { TransferList } from '../message-port/transfer-list';

import type { Endpoint, EndpointOwner, Message } from '../message-port/endpoint';

/** A stream's channel, as far as it ends in the main process. */
export class EndpointStreamPort implements StreamPort, EndpointOwner {
  #endpoint: Endpoint;
  #listener: StreamPortListener | undefined;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  listen(listener: StreamPortListener) {
    this.#listener = listener;
    this.#endpoint.adopt(this);
    this.#endpoint.start();
  }

  post(message: StreamMessage) {
    const list = new TransferList(undefined);
    const body = serializeChunk(message, list);
    this.#endpoint.post({ body, ...list.detach() });
  }

  close() {
    this.#endpoint.close();
  }

  receive(message: Message) {
    let content: StreamMessage;
    try {
      content = deserialize(message, []) as StreamMessage;
    } catch (error) {
      this.#listener!.messageerror((error as Error).message);
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

/** Error texts speak of what the app gave, not of the message around it. */
function serializeChunk(message: StreamMessage, list: TransferList): Uint8Array {
  try {
    return serialize(message, list, 'message');
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new DOMException(error.message.replace('message.v', 'chunk'), error.name);
  }
}
