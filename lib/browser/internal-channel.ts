import MessageChannelMain from '@electron/internal/browser/api/message-channel';
import { MainPort } from '@electron/internal/browser/main-port';
import { InternalChannel } from '@electron/internal/common/internal-channel';
import type { Methods } from '@electron/internal/common/internal-channel';

const binding = process._linkedBinding('electron_browser_internal_channel');

/**
 * Offers an internal API to frames, on a channel of its own for each document: holding the port is the permission.
 * @param serve called for each new document with the channel that it would get; returns what its frame can call, or
 *   undefined when it may not have the API
 * @returns a function that ends the offer to new documents
 * @throws Error when the name is taken
 */
export function offerInternalChannel(
  name: string,
  serve: (document: ElectronInternal.FrameDocument, channel: InternalChannel) => Methods | undefined
): () => void {
  return binding.offer(name, (document) => {
    const channel = new InternalChannel(name);
    const methods = serve(document, channel);
    if (!methods) return undefined;
    const { port1, port2 } = new MessageChannelMain();
    let revoke = (_reason: string) => {};
    const gone = new Promise<string>((resolve) => (revoke = resolve));
    channel.handle(methods);
    // The port's close comes after the last message; the binding knows what became of the document.
    channel.connect(new MainPort(port1), () => gone);
    return { port: port2, revoke };
  });
}
