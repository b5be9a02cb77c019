// The contract between lib/ and a runtime's bindings. shell/ implements it in C++, runtime/ in TypeScript; lib/ reaches
// it through process._linkedBinding(name) only. Validation, serialization and lifetime are the binding's business;
// names, events and convenience are lib/'s.

declare namespace ElectronInternal {
  interface V8UtilBinding {
    /** A full collection, as soon as the engine can; for tests. */
    requestGarbageCollectionForTesting(): void;
  }

  interface WebFrameMainBinding {
    WebFrameMain: { prototype: Electron.WebFrameMain };
  }
}

declare namespace NodeJS {
  interface Process {
    _linkedBinding(name: 'electron_browser_internal_channel'): ElectronInternal.InternalChannelBinding;
    _linkedBinding(name: 'electron_browser_message_port'): ElectronInternal.MessagePortBinding;
    _linkedBinding(name: 'electron_browser_web_frame_main'): ElectronInternal.WebFrameMainBinding;
    _linkedBinding(name: 'electron_common_v8_util'): ElectronInternal.V8UtilBinding;
    _linkedBinding(name: 'electron_renderer_internal_channel'): ElectronInternal.RendererInternalChannelBinding;
    _linkedBinding(name: 'electron_utility_parent_port'): ElectronInternal.UtilityParentPortBinding;
    _linkedBinding(name: string): unknown;
  }
}
