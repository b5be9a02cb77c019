export interface UnreadMessage {
  data: unknown;
  ports: readonly MessagePort[];
}

/**
 * A port that delivers `unread` and then everything that arrives at `port`. Blink cannot put a message back into a pipe,
 * so a port that was sent on with messages already taken out of it stays behind a relay: in order and complete, but not
 * direct. A port that was never started has nothing taken out, and never comes here.
 */
export function relay(port: MessagePort, unread: readonly UnreadMessage[], closed: boolean): MessagePort {
  const { port1: inner, port2: outer } = new MessageChannel();
  for (const { data, ports } of unread) inner.postMessage(data, [...ports]);
  if (closed) {
    inner.close();
    return outer;
  }
  const join = (from: MessagePort, to: MessagePort) => {
    from.onmessage = ({ data, ports }) => to.postMessage(data, [...ports]);
    from.onclose = () => to.close();
  };
  join(port, inner);
  join(inner, port);
  return outer;
}
