/**
 * The public typings: what this project adds to Electron 43.4.1's `electron.d.ts`, by declaration merging.
 *
 * An app includes them with `"types": ["electron", "electron-ports"]` in its tsconfig.json.
 */

/// <reference types="electron" />

declare namespace Electron {
  /** What `MessagePortMain`, `WebContents` and `WebFrameMain` can hand over: the sender loses it, the receiver gets it. */
  type TransferableMain =
    | MessagePortMain
    | import('node:worker_threads').MessagePort
    | ArrayBuffer
    | TransferableStream
    | FileHandle
    | OpaqueHandle;

  /** Web streams: the DOM's and Node's are the same to a script, and two types to TypeScript. */
  type TransferableStream =
    | ReadableStream
    | WritableStream
    | TransformStream
    | import('node:stream/web').ReadableStream
    | import('node:stream/web').WritableStream
    | import('node:stream/web').TransformStream;

  /** What `ipcRenderer` can hand over. */
  type TransferableRenderer =
    | MessagePort
    | ArrayBuffer
    | ReadableStream
    | WritableStream
    | TransformStream
    | ImageBitmap
    | OffscreenCanvas
    | VideoFrame
    | AudioData
    | RTCDataChannel;

  /**
   * What the main process gets for an object of a renderer that it cannot have itself, such as an `ImageBitmap`: enough to
   * send it on. In another renderer it is the object again.
   */
  interface OpaqueHandle {
    /** The name of the object's class: `ImageBitmap`. */
    readonly type: string;
    /** Whether the handle is of no use any more: it was closed, or transferred. */
    readonly closed: boolean;
    /** Lets go of the object. Messages that were sent with it before still bring it. A no-op on a closed handle. */
    close(): void;
  }

  /** Node's own, of an open file. */
  type FileHandle = import('node:fs/promises').FileHandle;

  /** A file that another process has open: what a `FileHandle` in a transfer list arrives as. */
  interface TransferredFile<Port = MessagePort> {
    /** The port over which the file is reached: a DOM port in a renderer, else a `MessagePortMain`. */
    readonly transferredFile: Port;
    /**
     * Reads the file to its end, as it is now.
     * @param name of the `File`, empty by default: a file that was handed over does not know its name
     * @param options `type` is the MIME type of the `File`, empty by default
     */
    file(name?: string, options?: { type?: string }): Promise<File>;
    /**
     * The bytes of the file. Nothing is read before it is asked for.
     * @param options `start` is where to begin, in bytes from the beginning of the file, 0 by default; `end` is where to end,
     *   before that byte, by default at the end of the file
     */
    readable(options?: { start?: number; end?: number }): ReadableStream<Uint8Array>;
    /**
     * Writes strings, `ArrayBuffer`s, views and `Blob`s to the file itself. The file stays open when the stream is closed.
     * @param options `start` is where to begin, in bytes from the beginning of the file, 0 by default; `truncate` drops
     *   everything from there on first, `false` by default
     */
    writable(options?: { start?: number; truncate?: boolean }): WritableStream<string | BufferSource | Blob>;
    /** Closes the file, after pending operations. A second call does nothing more. */
    close(): Promise<void>;
  }

  interface TransferOptions<T = TransferableMain> {
    /** The objects to hand over, none by default. */
    transfer?: readonly T[];
  }

  /** What the web's `MessageEvent` has besides; libraries that are written for the DOM's ports want it. */
  type WebMessageEvent = Omit<
    InstanceType<typeof globalThis.MessageEvent>,
    'type' | 'data' | 'ports' | 'target' | 'currentTarget'
  >;

  /** What a listener of a port gets. An instance of `Event`; nothing bubbles, nothing can be prevented. */
  interface MessagePortMainEvent<
    Type extends string = 'message' | 'messageerror' | 'close',
    Data = any
  > extends WebMessageEvent {
    readonly type: Type;
    /** The message. Ports inside it are the very objects in `ports`. */
    readonly data: Data;
    /** The transferred ports, in the order of the sender's list. Frozen. */
    readonly ports: readonly MessagePortMain[];
    /** The port that the event happened on. */
    readonly target: MessagePortMain;
    /** The same. */
    readonly currentTarget: MessagePortMain;
  }

  /** Electron's own type of a message's event, which listeners get whose `port.on` is typed by Electron's overload. */
  interface MessageEvent extends Pick<MessagePortMainEvent<'message'>, 'type' | 'target' | 'currentTarget'> {}

  interface MessagePortMainEventMap {
    message: MessagePortMainEvent<'message'>;
    messageerror: MessagePortMainEvent<'messageerror', undefined>;
    close: MessagePortMainEvent<'close', undefined>;
  }

  /** A function, or an object with a `handleEvent` method, as the DOM has it. */
  type MessagePortMainEventListener<E, This = MessagePortMain> =
    | ((this: This, event: E) => void)
    | { handleEvent(event: E): void };

  interface MessagePortMainListenerOptions {
    /** Whether the listener goes after its first event, `false` by default. */
    once?: boolean;
    /** Takes the listener away when it aborts. */
    signal?: AbortSignal;
  }

  interface MessagePortMain {
    /** Whether the channel is closed: `close()` was called here, or the other end is gone. */
    readonly closed: boolean;

    // What they are read as lets a library that is written for the DOM's ports take this one.
    /** Called for each message. Setting it starts the port, to `null` too. */
    get onmessage(): ((event: any) => void) | null;
    set onmessage(handler: ((this: MessagePortMain, event: MessagePortMainEventMap['message']) => void) | null);
    /** Called for each message that cannot be read. */
    get onmessageerror(): ((event: any) => void) | null;
    set onmessageerror(
      handler: ((this: MessagePortMain, event: MessagePortMainEventMap['messageerror']) => void) | null
    );
    /** Called once, when the channel has closed. */
    get onclose(): ((event: any) => void) | null;
    set onclose(handler: ((this: MessagePortMain, event: MessagePortMainEventMap['close']) => void) | null);

    /**
     * Sends a structured-cloneable value, and hands over the listed objects. A no-op on a closed port. A call that throws
     * leaves every object usable.
     */
    postMessage(message: any, transfer?: readonly TransferableMain[] | TransferOptions): void;
    /** The web's own signature, for libraries that are written for it. What this process has of those objects goes. */
    postMessage(message: any, transfer?: (Transferable & object)[] | StructuredSerializeOptions): void;

    /**
     * Turns the port into one of Node's, to be given to a worker thread. Messages between that thread and a renderer do
     * not pass the main thread. This port is neutered.
     */
    toWorkerPort(): import('node:worker_threads').MessagePort;

    on<K extends keyof MessagePortMainEventMap>(event: K, listener: (event: MessagePortMainEventMap[K]) => void): this;
    once<K extends keyof MessagePortMainEventMap>(
      event: K,
      listener: (event: MessagePortMainEventMap[K]) => void
    ): this;
    off<K extends keyof MessagePortMainEventMap>(event: K, listener: (event: MessagePortMainEventMap[K]) => void): this;
    addListener<K extends keyof MessagePortMainEventMap>(
      event: K,
      listener: (event: MessagePortMainEventMap[K]) => void
    ): this;
    removeListener<K extends keyof MessagePortMainEventMap>(
      event: K,
      listener: (event: MessagePortMainEventMap[K]) => void
    ): this;

    addEventListener<K extends keyof MessagePortMainEventMap>(
      type: K,
      listener: MessagePortMainEventListener<MessagePortMainEventMap[K]> | null,
      options?: boolean | MessagePortMainListenerOptions
    ): void;
    addEventListener(
      type: string,
      listener: MessagePortMainEventListener<any, any> | null,
      options?: boolean | MessagePortMainListenerOptions
    ): void;
    removeEventListener<K extends keyof MessagePortMainEventMap>(
      type: K,
      listener: MessagePortMainEventListener<MessagePortMainEventMap[K]> | null,
      options?: boolean | object
    ): void;
    removeEventListener(
      type: string,
      listener: MessagePortMainEventListener<any, any> | null,
      options?: boolean | object
    ): void;
    /** Calls the listeners of `event.type`, of both styles, with `event` as it is. Returns `true`. */
    dispatchEvent(event: { readonly type: string }): boolean;
  }

  interface IpcMain {
    /** The class `MessageChannelMain`, under the name that the DOM gives it. */
    readonly MessageChannel: typeof MessageChannelMain;
    /** The class of every port in the main process: for `instanceof`, it cannot be constructed. */
    readonly MessagePort: (abstract new () => MessagePortMain) & { readonly prototype: MessagePortMain };
  }

  interface InspectPortsOptions {
    /** Whether to open the page in a window, where there is a display, once the app is ready. `true` by default. */
    open?: boolean;
  }

  /** Where the ports of the app are shown. */
  interface PortInspector {
    /** On loopback, with a secret in it. Who knows it can see what the app sends. */
    readonly url: string;
    /** Opens the page in a window, where there is a display and it is not open yet. */
    open(): Promise<void>;
    /** Stops serving the page. */
    close(): void;
  }

  interface App {
    /** Shows every port of the app on a page of this machine. In the fork the app needs the package `electron-ports` for it. */
    inspectPorts(options?: InspectPortsOptions): Promise<PortInspector>;
  }

  interface WebContents {
    /** Sends to the main frame, as `send` does, and hands over the listed objects. */
    postMessage(channel: string, message: any, transfer?: readonly TransferableMain[] | TransferOptions): void;
  }

  interface WebFrameMain {
    /** Sends to this frame, as `send` does, and hands over the listed objects. */
    postMessage(channel: string, message: any, transfer?: readonly TransferableMain[] | TransferOptions): void;
  }

  interface UtilityProcess {
    /**
     * Sends to the child's `process.parentPort`, and hands over the listed objects. What is sent before the child runs
     * waits for it.
     */
    postMessage(message: any, transfer?: readonly TransferableMain[] | TransferOptions): void;

    /**
     * The message, and the event that it came with, which has its `ports`. Annotate both: TypeScript infers parameters by
     * Electron's overload, which has the message alone.
     */
    on(event: 'message', listener: (message: any, event: MessagePortMainEvent<'message'>) => void): this;
    once(event: 'message', listener: (message: any, event: MessagePortMainEvent<'message'>) => void): this;
    /** A message of the child cannot be read here. */
    on(event: 'messageerror', listener: () => void): this;
    once(event: 'messageerror', listener: () => void): this;
  }

  interface ParentPort {
    /** Sends to the main process, and hands over the listed objects. */
    postMessage(message: any, transfer?: readonly TransferableMain[] | TransferOptions): void;

    /** The main process closed the channel, or is gone. */
    on(event: 'close', listener: () => void): this;
    once(event: 'close', listener: () => void): this;
    /** A message cannot be read here. */
    on(event: 'messageerror', listener: () => void): this;
    once(event: 'messageerror', listener: () => void): this;
  }

  interface IpcRenderer {
    /** Sends to the main process, as `send` does, and hands over the listed objects. */
    postMessage(
      channel: string,
      message: any,
      transfer?: readonly TransferableRenderer[] | TransferOptions<TransferableRenderer>
    ): void;
  }

  namespace Utility {
    class MessageChannelMain extends Electron.MessageChannelMain {}
  }
}

/** In the pages and preload scripts of windows that have a preload script or Node integration. */
declare const TransferredFile: (abstract new () => Electron.TransferredFile) & {
  readonly prototype: Electron.TransferredFile;
  /**
   * Makes what came to a port in place of a `FileHandle` a `TransferredFile`: the object itself, which is returned.
   * @throws TypeError for anything else
   */
  from(object: unknown): Electron.TransferredFile;
};
