type Emitter = { emit(channel: string, event: Electron.IpcMainEvent, ...args: unknown[]): boolean };

/** Makes `event.reply` answer the very frame that the message came from. */
export function addReply(event: Electron.IpcMainEvent) {
  const { senderFrame } = event;
  event.reply = (channel: string, ...args: unknown[]) => senderFrame?.send(channel, ...args);
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
  event.ports = Object.freeze(ports) as Electron.MessagePortMain[];
  addReply(event);
  for (const emitter of emitters) emitter?.emit(channel, event, message);
}
