// What the other process does in every way that is compared: it answers a message, sends many, or takes many.

import { payload } from '../lib/payloads';

export type ToPeer =
  | { do: 'answer'; message: string }
  /** Send `count` messages of so many bytes. */
  | { do: 'send'; count: number; bytes: number }
  /** One of many, of which the last is to be answered. */
  | { do: 'take'; message: string; isLast: boolean };

export function respond(request: ToPeer, reply: (message: string) => void) {
  switch (request.do) {
    case 'answer':
      reply(request.message);
      break;
    case 'send': {
      const message = payload(request.bytes);
      for (let sent = 0; sent < request.count; sent++) reply(message);
      break;
    }
    case 'take':
      if (request.isLast) reply('taken');
  }
}
