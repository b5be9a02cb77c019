// The bindings of message ports, a part of the contract in bindings.d.ts that stands alone: inside the fork it joins
// Electron's own typings of its other bindings.

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
    /** Undefined for what is no web stream. Runs no script of the app. */
    classOf(value: object): StreamKind | undefined;
    /**
     * Why a stream cannot be transferred, as the end of `ReadableStream at index N ...`.
     * @param earlier what is before it in the transfer list
     */
    problemOf(stream: object, earlier: readonly object[]): string | undefined;
    /**
     * Locks a stream and sends it on its way.
     * @param channels the near end of a channel for each of its sides: two for a TransformStream, its readable side first
     */
    send(stream: object, channels: Electron.MessagePortMain[]): void;
    /** Makes a stream. @param channels as for `send`, the ends that came */
    receive(kind: StreamKind, channels: Electron.MessagePortMain[]): object;
  }

  interface MessagePortBinding {
    /** The class of every port of this process. It cannot be constructed; `lib/` adds the event API to its prototype. */
    MessagePortMain: { prototype: Electron.MessagePortMain };
    /** Two new ports, entangled with each other. */
    createPair(): { port1: Electron.MessagePortMain; port2: Electron.MessagePortMain };
    /**
     * Sets the one function that turns what happens on ports into events. Called once, before the first port is made.
     * The binding calls it from a task of its own, never from inside a call into it, `close()` included.
     */
    setEventDispatcher(dispatch: PortEventDispatcher): void;
    /** Called once, before the first port is made. A binding that knows Node's web streams itself has it not. */
    setStreamTransfer?(transfer: StreamTransfer): void;
    /**
     * To be called when somebody begins to listen for `close`: a port that was never started must be watched for it,
     * and watching has a cost that a port nobody listens to need not pay.
     */
    watchForClose(port: Electron.MessagePortMain): void;
  }

  interface UtilityParentPortBinding {
    /** This utility process's end of the channel that its main process made for it. Called once. */
    createParentPort(): Electron.MessagePortMain;
  }
}
