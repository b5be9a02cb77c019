import { EventEmitter } from 'events';
import { dirname, extname, resolve } from 'path';

const binding = process._linkedBinding('electron_ports_node_app');

/** As much of Electron's `app` as a process without windows has. */
class App extends EventEmitter {
  #resolveReady!: () => void;
  #ready = new Promise<void>((resolve) => (this.#resolveReady = resolve));
  #isReady = false;
  #isQuitting = false;

  /** Chromium's switches, which nothing here reads. */
  readonly commandLine = { appendSwitch() {}, appendArgument() {} };

  whenReady(): Promise<void> {
    return this.#ready;
  }

  isReady(): boolean {
    return this.#isReady;
  }

  getName(): string {
    return 'electron_ports_node';
  }

  getAppPath(): string {
    const { entryScript } = binding;
    return extname(entryScript) === '' ? resolve(entryScript) : dirname(resolve(entryScript));
  }

  quit() {
    if (this.#isQuitting) return;
    this.#isQuitting = true;
    let isPrevented = false;
    const event = { preventDefault: () => (isPrevented = true) };
    this.emit('before-quit', event);
    if (!isPrevented) this.emit('will-quit', event);
    if (isPrevented) this.#isQuitting = false;
    else this.exit();
  }

  exit(exitCode = 0) {
    this.#isQuitting = true;
    this.emit('quit', {}, exitCode);
    process.emit('exit', exitCode);
    binding.quit(exitCode);
  }

  /** @internal */
  becomeReady() {
    this.#isReady = true;
    this.emit('ready', {}, {});
    this.#resolveReady();
  }
}

export const app = new App();
