// What this program takes from Electron's own lib/ when it is bundled, and its binding.

declare module '@electron/internal/browser/api/utility-process' {
  export const fork: typeof Electron.utilityProcess.fork;
}

declare module '@electron/internal/common/define-properties' {
  export function defineProperties(target: object, modules: readonly { name: string; loader(): unknown }[]): void;
}

declare module '@electron/internal/common/init' {}

declare module '@electron/internal/utility/api/module-list' {
  export const utilityNodeModuleList: readonly { name: string; loader(): unknown }[];
}

/** Set by the bundle. */
declare const ELECTRON_VERSION: string;

declare namespace NodeJS {
  interface Process {
    _linkedBinding(name: 'electron_ports_node_app'): {
      /** The path of the script that this process was started with. */
      entryScript: string;
      /** Ends the process when the task that runs now is done. */
      quit(exitCode: number): void;
    };
  }
}
