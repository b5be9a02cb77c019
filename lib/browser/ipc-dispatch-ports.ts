import { portObserver } from '@electron/internal/browser/port-observer';

type Emitter = { emit(channel: string, event: Electron.IpcMainEvent, ...args: unknown[]): boolean };

/** Makes `event.reply` answer the very document that the message came from, and no other. */
export function addReply(event: Electron.IpcMainEvent) {
  // Asked for when it is needed: in the fork a frame's object goes on to the next document, and this gives null then.
  event.reply = (channel: string, ...args: unknown[]) => event.senderFrame?.send(channel, ...args);
}

/**
 * Hands a message that came by `ipcRenderer.postMessage` to every emitter that may be listened to for it.
 * @param ports what was transferred with it; a port inside `message` is the same object
 */
export function dispatchPostMessage(
  emitters: Iterable<Emitter | undefined>,
  event: Electron.IpcMainEvent,
  channel: string,
  message: unknown,
  ports: Electron.MessagePortMain[]
) {
  portObserver?.came(ports);
  event.ports = Object.freeze(ports) as Electron.MessagePortMain[];
  addReply(event);
  for (const emitter of emitters) emitter?.emit(channel, event, message);
}
