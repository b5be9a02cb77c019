import { InternalChannel } from '@electron/internal/common/internal-channel';
import type { Methods } from '@electron/internal/common/internal-channel';
import { PrivatePort } from '@electron/internal/renderer/private-port';

const { hasOwn } = Object;
const channels: Record<string, InternalChannel> = Object.create(null);

/**
 * This document's end of an internal API's channel. What is asked of it before the document's ports are there waits for
 * them; without a port for this name it is refused. For lib/ itself, at document start: no other code can get one.
 * @param methods what the main process can call here
 */
export function openInternalChannel(name: string, methods: Methods = {}): InternalChannel {
  const channel = new InternalChannel(name);
  channel.handle(methods);
  channels[name] = channel;
  return channel;
}

process._linkedBinding('electron_renderer_internal_channel').setReceiver((ports) => {
  for (const name in channels) {
    // Page script of this realm could have put a port of its own on Object.prototype.
    if (hasOwn(ports, name)) channels[name].connect(new PrivatePort(ports[name]));
    else channels[name].refuse();
  }
});
