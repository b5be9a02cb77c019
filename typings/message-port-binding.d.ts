// The bindings of message ports and internal channels, a part of the contract in bindings.d.ts that stands alone: inside the fork it joins
// Electron's own typings of its other bindings.

/// <reference path="dom.d.ts" />

declare namespace ElectronInternal {
  /** What a transfer list may hold in the main process. A binding refuses the rest with an exact error. */
  type Transferable = Electron.MessagePortMain | ArrayBuffer;

  /** The two ways to give a transfer list, as on the web. `undefined` is an empty list; anything else throws. */
  type TransferArgument = readonly Transferable[] | { readonly transfer?: readonly Transferable[] } | undefined;

  type PortEventType = 'message' | 'messageerror' | 'close';

  /**
   * Told of everything that happens on any port of this process, one call per event.
   * @param data the deserialized message; undefined for `messageerror` and `close`
   * @param ports the ports that came with it, in transfer order; a port inside `data` is the same object
   */
  type PortEventDispatcher = (
    port: Electron.MessagePortMain,
    type: PortEventType,
    data: unknown,
    ports: Electron.MessagePortMain[]
  ) => void;

  type StreamKind = 'ReadableStream' | 'WritableStream' | 'TransformStream';

  /** Web streams, for a binding that has none of its own to transfer: `lib/` does that over ports. */
  interface StreamTransfer {
    /** The binding asks only about objects that have one of these among their prototypes. */
    prototypes: readonly object[];
    /** Undefined for what is no web stream. Runs no script of the app. */
    classOf(value: object): StreamKind | undefined;
    /**
     * Why a stream cannot be transferred, as the end of `ReadableStream at index N ...`.
     * @param seen the sides of the streams before it in the transfer list; those of this one are added
     */
    problemOf(stream: object, seen: Set<object>): string | undefined;
    /**
     * Locks a stream and sends it on its way. Runs script of the app: the stream's own.
     * @param channels the near end of a channel for each of its sides: two for a TransformStream, its readable side first
     */
    send(stream: object, channels: Electron.MessagePortMain[]): void;
    /** Makes a stream. @param channels as for `send`, the ends that came */
    receive(kind: StreamKind, channels: Electron.MessagePortMain[]): object;
  }

  /** A Blob of the browser's blob storage, as a binding holds it for `lib/`. It is held until it is collected. */
  interface StoredBlob {
    /**
     * Reads the bytes from `start` to before `end`, of which there must be some.
     * @param deliver called once, later: with undefined where they cannot be read
     */
    read(start: number, end: number, deliver: (bytes: ArrayBuffer | undefined) => void): void;
  }

  interface BlobDetails {
    /** In bytes. */
    size: number;
    /** The MIME type. */
    type: string;
    /** Of a File; undefined for any other Blob. */
    name?: string;
    /** Of a File, in milliseconds since 1970; undefined where that is not known. */
    lastModified?: number;
  }

  /** Blobs and Files, for a binding that has none of its own: `lib/` has Node's. */
  interface BlobTransfer {
    /** As of `StreamTransfer`. */
    prototypes: readonly object[];
    /** Runs no script of the app. */
    isBlob(value: object): boolean;
    /**
     * Undefined for what only looks like a Blob. Runs no script of the app.
     * @returns with `remote` when the Blob is all of what `receive` made it from, and can be sent as that
     */
    describe(blob: object): (BlobDetails & { remote?: StoredBlob }) | undefined;
    /** Reads a part of a Blob, as `StoredBlob` does. */
    read(blob: object, start: number, end: number, deliver: (bytes: ArrayBuffer | undefined) => void): void;
    /** Makes a Blob, or a File, whose bytes stay where they are. */
    receive(remote: StoredBlob, details: BlobDetails): object;
  }

  /** What only Node can transfer: ports of worker threads, and open files. For a binding that does not know them. */
  interface NodeObjects {
    /** As of `StreamTransfer`. */
    prototypes: readonly object[];
    /** Runs no script of the app. */
    kindOf(value: object): 'port' | 'file' | undefined;
    /** Why a file cannot be transferred, as the end of `FileHandle at index N ...`. */
    problemOf(file: object): string | undefined;
    /**
     * Takes all of them or none, and gives the port that travels for each.
     * @throws DataCloneError when Node refuses one
     */
    take(objects: object[]): Electron.MessagePortMain[];
    /** What is in a message in the place of a file, by its port; a port that is closed then does not show. */
    receiveFile(port: Electron.MessagePortMain): object;
  }

  /** What a thread does whose ports pass on what they get to ports of Node's. */
  interface Forwarder {
    /**
     * Called for each message that brings ports or transferred ArrayBuffers, before it is read.
     * @returns what takes the place of each port in the message
     */
    arrive(ports: Electron.MessagePortMain[], buffers: ArrayBuffer[]): object[];
  }

  /** What `lib/` needs to know of an Electron.OpaqueHandle, which upstream's typings do not have. */
  interface OpaqueHandle {
    readonly type: string;
    readonly closed: boolean;
  }

  interface MessagePortBinding {
    /** The class of every port of this process. It cannot be constructed; `lib/` adds the event API to its prototype. */
    MessagePortMain: { prototype: Electron.MessagePortMain };
    /** The class of handles of objects that only a renderer can have. A binding that has it in `lib/` itself has it not. */
    OpaqueHandle?: { prototype: OpaqueHandle };
    /** Two new ports, entangled with each other. */
    createPair(): { port1: Electron.MessagePortMain; port2: Electron.MessagePortMain };
    /**
     * Sets the one function that turns what happens on ports into events. Called once, before the first port is made.
     * The binding calls it from a task of its own, never from inside a call into it, `close()` included.
     */
    setEventDispatcher(dispatch: PortEventDispatcher): void;
    /** Called once, before the first port is made. A binding that knows Node's web streams itself has it not. */
    setStreamTransfer?(transfer: StreamTransfer): void;
    /** The same for Node's Blobs. */
    setBlobTransfer?(transfer: BlobTransfer): void;
    /** The same for Node's own objects. */
    setNodeObjects?(objects: NodeObjects): void;
    /** What no other port in the world is called. It keeps its name where it is sent. */
    portName?(port: Electron.MessagePortMain): string;
    /** For such a thread. Streams need not be in the transfer list there. */
    setForwarder?(forwarder: Forwarder): void;
    /** Sends what the other end gets as a `messageerror`. */
    postUnreadable?(port: Electron.MessagePortMain): void;
    /**
     * Takes a port out of this thread, for another one of this process. It is neutered.
     * @returns the number to call `unparkPort` with there
     * @throws DataCloneError `The port is already neutered.`
     */
    parkPort?(port: Electron.MessagePortMain): number;
    /** Undefined when that port was taken already. */
    unparkPort?(number: number): Electron.MessagePortMain | undefined;
    /**
     * To be called when a first listener for `close` is added: a port that was never started must be watched for it,
     * and watching has a cost that a port without listeners need not pay.
     */
    watchForClose(port: Electron.MessagePortMain): void;
  }

  interface UtilityParentPortBinding {
    /** This utility process's end of the channel that its main process made for it. Called once. */
    createParentPort(): Electron.MessagePortMain;
    /** Told whether anything listens for messages, where that keeps the process. */
    setListening?(isListening: boolean): void;
  }

  /** A document that a frame is about to show, or shows. */
  interface FrameDocument {
    readonly url: string;
    readonly frame: Electron.WebFrameMain;
    readonly sender: Electron.WebContents;
  }

  /** What a document gets of an internal API: one end of a channel. */
  interface InternalChannelGrant {
    port: Electron.MessagePortMain;
    /**
     * To be called once, when the document is gone, with the reason: `its document was navigated away from`, `its renderer
     * crashed`, `its frame was destroyed`. It may come before or after the port's `close`.
     */
    revoke(reason: string): void;
  }

  interface InternalChannelBinding {
    /**
     * Has `grant` called for every new document of every frame that runs scripts of `lib/`. The ports of all grants are
     * handed over at document start; no message of a renderer asks for one.
     * @param grant returns undefined for a document that is not to have the channel
     * @returns a function that takes the offer back, for documents to come
     * @throws Error `The internal channel '...' is offered already`
     */
    offer(name: string, grant: (document: FrameDocument) => InternalChannelGrant | undefined): () => void;
  }

  interface RendererInternalChannelBinding {
    /**
     * Sets the one receiver of this document's ports, by the channels' names. It is called once, before anything else
     * comes from the main process. `lib/` takes the place at document start: the ports cannot be had again by anybody.
     * @throws Error `The receiver is set already`
     */
    setReceiver(receiver: (ports: Record<string, MessagePort>) => void): void;
  }
}
