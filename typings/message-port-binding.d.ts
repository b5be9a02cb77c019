// The binding of message ports, a part of the contract in bindings.d.ts that stands alone: inside the fork it joins
// Electron's own typings of its other bindings.

declare namespace ElectronInternal {
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
    /**
     * To be called when somebody begins to listen for `close`: a port that was never started must be watched for it,
     * and watching has a cost that a port nobody listens to need not pay.
     */
    watchForClose(port: Electron.MessagePortMain): void;
  }
}
