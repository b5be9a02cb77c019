import type { ChannelPort } from '@electron/internal/common/internal-channel';

/** A MessagePortMain as a channel uses it. */
export function channelPort(port: Electron.MessagePortMain): ChannelPort {
  return {
    post: (message) => port.postMessage(message),
    listen(onmessage, onclose) {
      port.onclose = onclose;
      port.onmessage = ({ data }) => onmessage(data);
    },
    close: () => port.close()
  };
}
