import { addReply, dispatchPostMessage } from '@electron/internal/browser/ipc-dispatch-ports';
import { textOfThrown } from '@electron/internal/common/thrown-text';

import { discard } from '../../node/message-port/endpoint';
import { asElectron, MessagePortMain } from '../../node/message-port/message-port-main';
import { deserialize } from '../../node/message-port/serialize';
import { TransferList } from '../../node/message-port/transfer-list';
import { throwUncaught } from '../../node/throw-uncaught';
import { IpcMain, ipcMain } from '../api/ipc-main';
import { problemOf } from './check-from-document';
import { serializeForDocument } from './link-message';

import type { FromDocument, InvokeOutcome, ToDocument } from '../../common/link-messages';
import type { Message } from '../../node/message-port/endpoint';
import type { FrameDocument } from './frame-document';
import type { PageFrame } from './page-frame';

/** @param thrown anything: its own `toString` may throw, or there may be none */
function inWords(thrown: unknown): string {
  try {
    return textOfThrown(thrown);
  } catch {
    return 'Error: What the handler threw has no text';
  }
}

/** Makes IPC events of what a frame's documents send, and answers what they invoke. */
export class DocumentMessages {
  #frame: PageFrame;
  #sender: Electron.WebContents;
  /** Whose `ipc` hears of it first. What a document sends after it was left is still its frame's. */
  #ipc: IpcMain;
  #frameOf: (document: FrameDocument) => Electron.WebFrameMain;

  constructor(
    frame: PageFrame,
    sender: Electron.WebContents,
    ipc: IpcMain,
    frameOf: (document: FrameDocument) => Electron.WebFrameMain
  ) {
    this.#frame = frame;
    this.#sender = sender;
    this.#ipc = ipc;
    this.#frameOf = frameOf;
  }

  listen() {
    const { link } = this.#frame;
    link.onmessage = (...args) => this.#receive(...args);
    link.onmessageerror = (reason, number, from) => {
      console.error(`A message from ${from.url} could not be read in the main process: ${reason}`);
      // It may be waiting for an answer.
      this.#replier(number, from)({ error: reason });
    };
  }

  #receive(message: Message, number: number, from: FrameDocument) {
    const ports = message.endpoints.map((endpoint) => new MessagePortMain(endpoint));
    let content: FromDocument;
    try {
      content = deserialize(message, ports) as FromDocument;
    } catch (error) {
      discard(message);
      this.#frame.link.onmessageerror(String(error), number, from);
      return;
    }
    const problem = problemOf(content);
    if (problem) {
      console.error(`A page of ${from.url} sent what is no message (${problem}): it is not heard any more`);
      discard(message);
      from.link!.close();
      return;
    }
    switch (content[0]) {
      case 'send': {
        const [, channel, args] = content;
        const event = this.#event(from);
        addReply(event);
        this.#sender.emit('ipc-message', event, channel, ...args);
        for (const emitter of this.#emitters()) emitter.emit(channel, event, ...args);
        break;
      }
      case 'post': {
        const [, channel, value] = content;
        dispatchPostMessage(this.#emitters(), this.#event(from), channel, value, ports.map(asElectron));
        break;
      }
      case 'invoke': {
        const [, channel, args] = content;
        this.#invoke(number, channel, args, from).catch(throwUncaught);
        break;
      }
    }
  }

  /** A function that answers the document that asked, if it is still there. */
  #replier(number: number, document: FrameDocument): (outcome: InvokeOutcome) => void {
    return (outcome) => this.#post(document, ['reply', number, outcome]);
  }

  #post(document: FrameDocument, message: ToDocument) {
    const list = new TransferList(undefined);
    const body = serializeForDocument(message, list);
    const enclosed = list.detach();
    // Bytes can always be read there. Of a Blob, for one, that turns out when it is sent on.
    if (message[0] === 'reply' && enclosed.extras.length > 0) this.#post(document, ['answering', message[1]]);
    document.link!.post({ body, ...enclosed });
  }

  async #invoke(number: number, channel: string, args: unknown[], from: FrameDocument) {
    const reply = this.#replier(number, from);
    try {
      const handler = this.#emitters()
        .map((emitter) => IpcMain.handlerOf(emitter, channel))
        .find((each) => each !== undefined);
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      reply({ result: await handler(this.#event(from) as unknown as Electron.IpcMainInvokeEvent, ...args) });
    } catch (error) {
      console.error(`Error occurred in handler for '${channel}':`, error);
      reply({ error: inWords(error) });
    }
  }

  /** Who may be listening, the nearest first. */
  #emitters(): IpcMain[] {
    return [this.#ipc, this.#sender.ipc as unknown as IpcMain, ipcMain];
  }

  #event(from: FrameDocument): Electron.IpcMainEvent {
    const frameOf = this.#frameOf;
    return {
      type: 'frame',
      sender: this.#sender,
      // As in Electron, null for who asks when the document is gone.
      get senderFrame() {
        return from.isGone ? null : frameOf(from);
      },
      frameId: from.routingId,
      processId: from.processId,
      ports: []
    } as unknown as Electron.IpcMainEvent;
  }
}
