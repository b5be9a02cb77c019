import '@electron/internal/browser/message-port-main';
import { portObserver } from '@electron/internal/browser/port-observer';

const { createPair } = process._linkedBinding('electron_browser_message_port');

/** Two ports entangled with each other. The channel itself holds nothing else and can be dropped. */
export default class MessageChannelMain implements Electron.MessageChannelMain {
  port1: Electron.MessagePortMain;
  port2: Electron.MessagePortMain;

  constructor() {
    const ports = createPair();
    portObserver?.made(ports);
    this.port1 = ports.port1;
    this.port2 = ports.port2;
  }
}
