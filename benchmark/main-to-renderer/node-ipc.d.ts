/** The part of node-ipc that the benchmark uses; the package has no types. */
declare module '@achrinza/node-ipc' {
  interface Connection {
    on(type: 'message', listener: (message: any) => void): void;
    on(type: 'connect' | 'disconnect', listener: () => void): void;
    emit(type: 'message', message: unknown): void;
  }

  export class IPCModule {
    config: { socketRoot: string; appspace: string; id: string; silent: boolean; stopRetrying: boolean };
    /** Servers connected to, by name. */
    of: Record<string, Connection>;
    server: {
      on(type: 'message', listener: (message: any, socket: object) => void): void;
      emit(socket: object, type: 'message', message: unknown): void;
      start(): void;
      stop(): void;
    };
    serve(onStarted: () => void): void;
    connectTo(server: string, onConnected: () => void): void;
  }
}
