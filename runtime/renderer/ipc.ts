import type { PrivatePort } from '@electron/internal/renderer/private-port';
import { openFilesIn } from '@electron/internal/renderer/transferred-file';

import { describe } from '../common/describe';
import { checkArguments } from '../common/message-arguments';
import { maximumMessageDepth } from '../common/message-depth';
import { checkSize } from '../common/message-size';
import { readTransferArgument } from '../common/transfer-argument';
import { explainRefusal } from './explain-refusal';
import { isNestedDeeper } from './nesting';
import { readStream } from './read-stream';

import type { FromDocument, InvokeOutcome, ToDocument } from '../common/link-messages';

interface Link {
  port: PrivatePort;
  onLinked: () => void;
}

/** A message that the main process sent to this document. */
type Receiver = (channel: string, ports: MessagePort[], args: unknown[]) => void;

interface Ipc {
  send(channel: string, args: unknown[]): void;
  invoke(channel: string, args: unknown[]): Promise<{ error?: string; result?: unknown }>;
  /**
   * @throws TypeError `Error processing argument at index 0`
   * @throws TypeError `Invalid value for transfer`
   * @throws DataCloneError `An object could not be cloned`
   */
  postMessage(channel: string, message?: unknown, transfer?: unknown): void;
}

interface DocumentIpc {
  ipc: Ipc;
  /** Sets the one receiver, which is told of all messages in order. What arrived before waits for it. */
  setReceiver(receiver: Receiver): void;
  internalChannel: ElectronInternal.RendererInternalChannelBinding;
}

/** What Blink's own errors begin with, a TypeError for a buffer that cannot be detached, too. */
const ofBlink = "Failed to execute 'postMessage' on 'MessagePort': ";

/** @throws DataCloneError `An object could not be cloned: ...` */
function post(port: PrivatePort, message: FromDocument, transfer: Transferable[]) {
  const [kind, , content] = message;
  const isPost = kind === 'post';
  const wrapping = isPost ? 0 : 1;
  const explain = () => explainRefusal(content, transfer, isPost ? 'message' : 'args', wrapping);
  if (isNestedDeeper(content, maximumMessageDepth + wrapping)) {
    throw new DOMException(
      explain() ?? 'An object could not be cloned: message is too deeply nested.',
      'DataCloneError'
    );
  }
  try {
    port.post(message, transfer);
  } catch (error) {
    // A getter's own error passes through; Blink's gets the wording that Electron's users know, and the place.
    const { message = '' } = error as Partial<Error>;
    const isBlinks = error instanceof DOMException || (error instanceof TypeError && message.startsWith(ofBlink));
    if (!isBlinks) throw error;
    throw new DOMException(
      explain() ?? `An object could not be cloned: ${message.replace(ofBlink, '')}`,
      'DataCloneError'
    );
  }
}

/**
 * Whether an object can be transferred is Blink's to say. What Blink would notice only after it has taken something, or not
 * at all, is said here.
 */
function transferList(argument: unknown): Transferable[] {
  const items = readTransferArgument(argument);
  const seen = new Set<object>();
  items.forEach((item, index) => {
    if (typeof item !== 'object' || item === null) {
      throw new TypeError(
        `Invalid value for transfer: at index ${index}, expected a transferable object, got ${describe(item)}.`
      );
    }
    const stream = readStream(item);
    if (!stream) return;
    const { kind, isLocked, sides } = stream;
    const problem = sides.some((side) => seen.has(side)) ? 'is a duplicate.' : isLocked ? 'is locked.' : undefined;
    if (problem) throw new DOMException(`${kind} at index ${index} ${problem}`, 'DataCloneError');
    for (const side of sides) seen.add(side);
  });
  checkSize({ buffers: items.filter((item) => item instanceof ArrayBuffer) });
  return items as Transferable[];
}

/** In gin's words; Electron's `send` and `invoke` have another argument before it. */
function checkChannel(channel: unknown, index: number) {
  if (typeof channel === 'string') return;
  const text = channel === undefined || channel === null ? String(channel) : '';
  throw new TypeError(`Error processing argument at index ${index}, conversion failure from ${text}`);
}

/** What goes over the document's link, which is spoken by Blink's own serializer. */
export function createDocumentIpc({ port, onLinked }: Link): DocumentIpc {
  let receiver: Receiver | undefined;
  let grantReceiver: ((ports: Record<string, MessagePort>) => void) | undefined;
  /** How many messages the main process was sent: both sides count, so that any of them can be answered. */
  let sent = 0;
  const invocations = new Map<number, (outcome: InvokeOutcome) => void>();
  /** The invocation whose answer comes next, if that was announced. */
  let answering: number | undefined;
  let isClosed = false;
  /** How many messages have come from the main process. */
  let received = 0;

  const settle = (number: number, outcome: InvokeOutcome) => {
    invocations.get(number)?.(outcome);
    invocations.delete(number);
  };

  const close = () => {
    isClosed = true;
    for (const number of [...invocations.keys()]) {
      settle(number, { error: 'Error: The main process does not listen to this document any more' });
    }
  };

  const fail = () => {
    console.error('A message from the main process could not be read in this renderer');
    if (answering !== undefined) settle(answering, { error: 'Error: The answer could not be read in this renderer' });
    answering = undefined;
  };

  const receive = (message: ToDocument, ports: MessagePort[]) => {
    answering = undefined;
    switch (message[0]) {
      case 'answering':
        answering = message[1];
        return undefined;
      case 'grant':
        onLinked();
        return grantReceiver?.(message[1]);
      case 'send':
        return receiver!(message[1], [], message[2]);
      case 'post':
        if (ports.length > 0) openFilesIn(message[2], ports);
        return receiver!(message[1], ports, [message[2]]);
      case 'reply':
        return settle(message[1], message[2]);
    }
  };

  const send = (message: FromDocument, transfer: Transferable[] = []): number => {
    post(port, message, transfer);
    return ++sent;
  };

  const ipc: Ipc = {
    send(channel, args) {
      checkChannel(channel, 1);
      checkArguments(args);
      send(['send', channel, args]);
    },
    invoke(channel, args) {
      checkChannel(channel, 1);
      checkArguments(args);
      const number = send(['invoke', channel, args]);
      const outcome = new Promise<InvokeOutcome>((resolve) => invocations.set(number, resolve));
      if (isClosed) close();
      return outcome;
    },
    postMessage(channel, message, transfer) {
      checkChannel(channel, 0);
      send(['post', channel, message], transferList(transfer));
    }
  };

  return {
    ipc,
    setReceiver(callback) {
      receiver = callback;
      port.listen({
        message(message, ports) {
          received++;
          // For the hub. Before anybody can send them on.
          if (ports.length > 0) port.post(received);
          // Blink has null for what it cannot read.
          if (message === null) fail();
          else receive(message as ToDocument, ports);
        },
        messageerror() {
          received++;
          fail();
        },
        close
      });
    },
    internalChannel: {
      setReceiver(callback) {
        if (grantReceiver) throw new Error('The receiver is set already');
        grantReceiver = callback;
      }
    }
  };
}
