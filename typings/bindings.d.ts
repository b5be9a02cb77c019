// The contract between lib/ and a runtime's bindings. shell/ implements it in C++, runtime/ in TypeScript; lib/ reaches
// it through process._linkedBinding(name) only. Validation, serialization and lifetime are the binding's business;
// names, events and convenience are lib/'s.

declare namespace ElectronInternal {
  interface V8UtilBinding {
    /** A full collection, as soon as the engine can; for tests. */
    requestGarbageCollectionForTesting(): void;
  }

  interface WebFrameMainBinding {
    WebFrameMain: { prototype: Electron.WebFrameMain & WebFrameMainInternal };
  }

  interface WebFrameMainInternal {
    /**
     * Serializes and sends. Throws before anything is detached.
     * @throws TypeError `Insufficient number of arguments`, `Error processing argument at index 0`
     * @throws TypeError `Invalid value for transfer`
     * @throws DataCloneError `An object could not be cloned`
     */
    _postMessage(channel: string, message: unknown, transfer?: TransferArgument): void;
  }

  interface WebContentsBinding {
    WebContents: { prototype: Electron.WebContents & WebContentsInternal };
  }

  interface WebContentsInternal {
    /**
     * Of the process that renders the main frame, in kilobytes.
     * @throws Error with `code` `ERR_PROCESS_GONE`, or `ERR_NOT_AVAILABLE` where the runtime cannot tell
     */
    _getProcessMemoryInfo(): Promise<Electron.ProcessMemoryInfo>;
    /**
     * As `WebFrameMain`'s, to whichever document the main frame shows when the message gets there. There where a
     * `WebFrameMain` stands for one document.
     */
    _postMessage?(channel: string, message: unknown, transfer?: TransferArgument): void;
  }

  /** One document's way to the main process. Calls after the document is gone throw. */
  interface RendererIpc {
    send(internal: boolean, channel: string, args: unknown[]): void;
    invoke(internal: boolean, channel: string, args: unknown[]): Promise<{ error?: string; result?: unknown }>;
    /**
     * @throws TypeError `Insufficient number of arguments`, `Error processing argument at index 0`
     * @throws TypeError `Invalid value for transfer`
     * @throws DataCloneError `An object could not be cloned`
     */
    postMessage(channel: string, message: unknown, transfer?: unknown): void;
  }

  /** Told of every message that the main process sends to this document, in order. */
  type RendererIpcReceiver = (internal: boolean, channel: string, ports: MessagePort[], args: unknown[]) => void;

  interface RendererIpcBinding {
    createForRenderFrame(): RendererIpc;
    /** Sets the one receiver. What arrived before waits for it. */
    setReceiver(receiver: RendererIpcReceiver): void;
  }
}

declare namespace NodeJS {
  interface Process {
    _linkedBinding(name: 'electron_browser_internal_channel'): ElectronInternal.InternalChannelBinding;
    _linkedBinding(name: 'electron_browser_message_port'): ElectronInternal.MessagePortBinding;
    _linkedBinding(name: 'electron_browser_web_contents'): ElectronInternal.WebContentsBinding;
    _linkedBinding(name: 'electron_browser_web_frame_main'): ElectronInternal.WebFrameMainBinding;
    _linkedBinding(name: 'electron_common_v8_util'): ElectronInternal.V8UtilBinding;
    _linkedBinding(name: 'electron_renderer_internal_channel'): ElectronInternal.RendererInternalChannelBinding;
    _linkedBinding(name: 'electron_renderer_ipc'): ElectronInternal.RendererIpcBinding;
    _linkedBinding(name: 'electron_utility_parent_port'): ElectronInternal.UtilityParentPortBinding;
    _linkedBinding(name: string): unknown;
  }
}
