import { kindsByTag } from '../kinds';
import { openPort, readMessage } from '../message-port/serialize';

import type { WorkerArrival } from '../kinds/node-kind';
import type { Message } from '../message-port/endpoint';

/** A message as a worker thread is sent it. */
export interface WorkerMessage {
  data: unknown;
  /** What has to be listed beside ports and buffers. */
  transfer: object[];
}

/**
 * @param ports Node's, in the place of the message's endpoints
 * @param fetched what a survey found missing
 * @throws when the message cannot be read, or a thread cannot have something of it
 */
export function readForWorker(
  message: Message,
  ports: readonly (object | undefined)[],
  fetched: readonly object[]
): WorkerMessage {
  const transfer: object[] = [];
  let next = 0;
  const arrival: WorkerArrival = {
    ports,
    extras: message.extras,
    openPort,
    list(object) {
      transfer.push(object);
      return object;
    },
    fetched: () => fetched[next++]
  };
  const data = readMessage(message, (tag, reader) => {
    const kind = kindsByTag.find(tag);
    const fields = kind.wire.read(tag, reader);
    return kind.worker ? kind.worker.open(fields, arrival) : kind.open!(fields, arrival);
  });
  return { data, transfer };
}
