import { encodeMessage } from './message-codec';
import { postUnreadable } from './unreadable';

export interface UnreadMessage {
  data: unknown;
  ports: readonly MessagePort[];
}

/** Posts what arrived here once more. What only transfers, as a stream does, has to be listed, and Blink lists ports only. */
function postAgain(port: MessagePort, { data, ports }: UnreadMessage) {
  try {
    port.postMessage(data, [...ports]);
  } catch {
    try {
      port.postMessage(data, [...ports, ...encodeMessage(data, ports).transfer]);
    } catch {
      postUnreadable(port);
    }
  }
}

/**
 * A port that delivers `unread` and then everything that arrives at `port`. Blink cannot put a message back into a pipe,
 * so a port that was sent on with messages already taken out of it stays behind a relay: in order and complete, but not
 * direct. A port that was never started has nothing taken out, and never comes here.
 */
export function relay(port: MessagePort, unread: readonly UnreadMessage[], closed: boolean): MessagePort {
  const { port1: inner, port2: outer } = new MessageChannel();
  for (const message of unread) postAgain(inner, message);
  if (closed) {
    inner.close();
    return outer;
  }
  const join = (from: MessagePort, to: MessagePort) => {
    from.onmessage = ({ data, ports }) => postAgain(to, { data, ports });
    from.onmessageerror = () => postUnreadable(to);
    from.onclose = () => to.close();
  };
  join(port, inner);
  join(inner, port);
  return outer;
}
