import { addReply, dispatchPostMessage } from '@electron/internal/browser/ipc-dispatch-ports';

import { IpcMain, ipcMain } from '../api/ipc-main';
import { asElectron, MessagePortMain } from '../message-port/message-port-main';
import { deserialize } from '../message-port/serialize';
import { TransferList } from '../message-port/transfer-list';
import { serializeForDocument } from './link-message';

import type { FromDocument, InvokeOutcome } from '../../common/link-messages';
import type { Message } from '../message-port/endpoint';
import type { Page } from './page';

/** Makes IPC events of what a window's documents send, and answers what they invoke. */
export class DocumentMessages {
  #page: Page;
  #sender: Electron.WebContents;

  constructor(page: Page, sender: Electron.WebContents) {
    this.#page = page;
    this.#sender = sender;
  }

  listen() {
    const { link } = this.#page;
    link.onmessage = (message, number) => this.#receive(message, number);
    link.onmessageerror = (reason, number) => {
      console.error(`A message from ${this.#page.url} could not be read in the main process: ${reason}`);
      // It may be waiting for an answer.
      this.#replier(number)({ error: reason });
    };
  }

  #receive(message: Message, number: number) {
    const ports = message.endpoints.map((endpoint) => new MessagePortMain(endpoint));
    let content: FromDocument;
    try {
      content = deserialize(message, ports) as FromDocument;
    } catch (error) {
      for (const port of ports) port.close();
      this.#page.link.onmessageerror(String(error), number);
      return;
    }
    switch (content[0]) {
      case 'send': {
        const [, channel, args] = content;
        const event = this.#event();
        addReply(event);
        this.#sender.emit('ipc-message', event, channel, ...args);
        for (const emitter of this.#emitters()) emitter.emit(channel, event, ...args);
        break;
      }
      case 'post': {
        const [, channel, value] = content;
        dispatchPostMessage(this.#emitters(), this.#event(), channel, value, ports.map(asElectron));
        break;
      }
      case 'invoke': {
        const [, channel, args] = content;
        this.#invoke(number, channel, args);
        break;
      }
    }
  }

  /** A function that answers the document that asked, or nobody. */
  #replier(number: number): (outcome: InvokeOutcome) => void {
    const { document } = this.#page.link;
    return (outcome) => {
      const list = new TransferList(undefined);
      const body = serializeForDocument(['reply', number, outcome], list);
      document?.post({ body, ...list.detach() });
    };
  }

  async #invoke(number: number, channel: string, args: unknown[]) {
    const reply = this.#replier(number);
    try {
      const handler = this.#emitters()
        .map((emitter) => IpcMain.handlerOf(emitter, channel))
        .find((each) => each !== undefined);
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      reply({ result: await handler(this.#event() as unknown as Electron.IpcMainInvokeEvent, ...args) });
    } catch (error) {
      console.error(`Error occurred in handler for '${channel}':`, error);
      reply({ error: String(error) });
    }
  }

  /** Who may be listening, the nearest first. */
  #emitters(): IpcMain[] {
    return [this.#sender.mainFrame.ipc, this.#sender.ipc, ipcMain] as unknown as IpcMain[];
  }

  #event(): Electron.IpcMainEvent {
    const { mainFrame } = this.#sender;
    return {
      type: 'frame',
      sender: this.#sender,
      senderFrame: mainFrame,
      frameId: 1,
      processId: mainFrame.processId,
      ports: []
    } as unknown as Electron.IpcMainEvent;
  }
}
