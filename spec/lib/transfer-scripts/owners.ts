import { MessageChannelMain, utilityProcess } from 'electron/main';
import type { BrowserWindow, MessagePortMain, UtilityProcess } from 'electron/main';

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { closeWindow, openWindow, run } from '../windows';
import { createAgent } from './agent';

import type { Command, Platform, Report, Travelling } from './agent';
import type { MessagePort as NodePort } from 'node:worker_threads';

type End = Travelling<MessagePortMain>;

/** What an owner elsewhere says to the main process, and the other way round, over a channel of its own. */
interface Control {
  command?: Command;
  report?: Report;
  ends?: End[];
}

/** Told what comes from an owner. */
export interface OwnerListener {
  arrive(ends: End[]): void;
  report(owner: string, report: Report): void;
}

/** A process or thread that can hold ends. */
export interface Owner {
  readonly name: string;
  command(command: Command): void;
  /** Hands it ends that the main process has. */
  give(ends: End[]): void;
  /** Ends it, with everything that it holds, in the way with that number. Resolves once it is gone. */
  kill(way: number): Promise<string>;
  dispose(): Promise<unknown>;
}

/** How ports of Electron's are used: in the main process and in utility processes. */
const electronPlatform = (): Platform<MessagePortMain> => ({
  strict: true,
  watchesAll: false,
  watch(port, onclose) {
    if (port.closed) onclose();
    else port.on('close', onclose);
  },
  start(port, onmessage, onmessageerror) {
    port.on('message', ({ data }) => onmessage(data));
    port.on('messageerror', onmessageerror);
    port.start();
  },
  post: (port, message, transfer) => port.postMessage(message, transfer),
  close: (port) => port.close()
});

const domPlatform = (): Platform<MessagePort> => ({
  strict: true,
  watchesAll: false,
  watch: (port, onclose) => ((port as MessagePort & { onclose: () => void }).onclose = onclose),
  start(port, onmessage, onmessageerror) {
    port.onmessageerror = onmessageerror;
    port.onmessage = ({ data }) => onmessage(data);
  },
  post: (port, message, transfer) => port.postMessage(message, transfer),
  close: (port) => port.close()
});

const nodePlatform = (): Platform<NodePort> => ({
  strict: false,
  watchesAll: true,
  watch: (port, onclose) => port.on('close', onclose),
  start(port, onmessage, onmessageerror) {
    port.on('messageerror', onmessageerror);
    port.on('message', onmessage);
  },
  post: (port, message, transfer) => port.postMessage(message, transfer),
  close: (port) => port.close()
});

/** An agent at the far end of a channel to the main process. Sent as text, with `createAgent` and its platform. */
function serve<Port>(control: Port, platform: Platform<Port>, create: typeof createAgent<Port>) {
  const agent = create(
    platform,
    (_to, ends) =>
      platform.post(
        control,
        { ends },
        ends.map(({ port }) => port)
      ),
    (report) => platform.post(control, { report }, [])
  );
  platform.start(
    control,
    (data) => {
      const { ends, command } = data as { ends?: Travelling<Port>[]; command?: Command };
      if (ends) agent.arrive(ends);
      if (command) agent.command(command);
    },
    () => {}
  );
}

const agentText = (platform: () => object) => `(control) => (${serve})(control, (${platform})(), ${createAgent})`;

/** The main process's end of an owner's control channel. */
class RemoteControl {
  #port: MessagePortMain;
  /** The owner's end, to be handed over. */
  readonly far: MessagePortMain;

  constructor(name: string, listener: OwnerListener) {
    const { port1, port2 } = new MessageChannelMain();
    this.#port = port1;
    this.far = port2;
    port1.on('message', ({ data }) => {
      const { ends, report } = data as Control;
      if (ends) listener.arrive(ends);
      if (report) listener.report(name, report);
    });
    port1.start();
  }

  command(command: Command) {
    this.#port.postMessage({ command });
  }

  give(ends: End[]) {
    this.#port.postMessage(
      { ends },
      ends.map(({ port }) => port)
    );
  }

  close() {
    this.#port.close();
  }
}

/**
 * The main process itself. It is never killed.
 * @param giveTo hands ends to another owner
 */
export function openMain(listener: OwnerListener, giveTo: (name: string, ends: End[]) => void): Owner {
  const agent = createAgent(electronPlatform(), giveTo, (report) => listener.report('main', report));
  return {
    name: 'main',
    command: (command) => agent.command(command),
    give: (ends) => agent.arrive(ends),
    kill: async () => 'never',
    dispose: async () => {}
  };
}

class Page implements Owner {
  readonly name: string;
  #window: BrowserWindow;
  #control: RemoteControl;

  private constructor(name: string, window: BrowserWindow, control: RemoteControl) {
    this.name = name;
    this.#window = window;
    this.#control = control;
  }

  static async open(name: string, listener: OwnerListener): Promise<Owner> {
    const window = await openWindow();
    const control = new RemoteControl(name, listener);
    await run(window, () => {
      const { ipcRenderer } = require('electron');
      Object.assign(globalThis, {
        control: new Promise((resolve) =>
          ipcRenderer.once('control', (event: Electron.IpcRendererEvent) => resolve(event.ports[0]))
        )
      });
    });
    window.webContents.postMessage('control', null, [control.far]);
    await window.webContents.executeJavaScript(`control.then(${agentText(domPlatform)})`);
    return new Page(name, window, control);
  }

  command(command: Command) {
    this.#control.command(command);
  }

  give(ends: End[]) {
    this.#control.give(ends);
  }

  async kill(way: number) {
    const ways = ['kill -9', 'reload', 'destroy'];
    switch (way % ways.length) {
      case 0: {
        const gone = once(this.#window.webContents, 'render-process-gone');
        process.kill(this.#window.webContents.getOSProcessId(), 'SIGKILL');
        await gone;
        break;
      }
      case 1: {
        const loaded = once(this.#window.webContents, 'did-finish-load');
        this.#window.webContents.reload();
        await loaded;
        break;
      }
      default:
        await closeWindow(this.#window);
    }
    return ways[way % ways.length];
  }

  dispose() {
    this.#control.close();
    return closeWindow(this.#window);
  }
}

class Thread implements Owner {
  readonly name = 'worker';
  #worker: Worker;
  #control: RemoteControl;

  private constructor(worker: Worker, control: RemoteControl) {
    this.#worker = worker;
    this.#control = control;
  }

  static async open(_name: string, listener: OwnerListener): Promise<Owner> {
    const worker = new Worker(
      `require('node:worker_threads').parentPort.once('message', ${agentText(nodePlatform)});`,
      { eval: true }
    );
    const control = new RemoteControl('worker', listener);
    const far = control.far.toWorkerPort();
    worker.postMessage(far, [far]);
    return new Thread(worker, control);
  }

  command(command: Command) {
    this.#control.command(command);
  }

  give(ends: End[]) {
    this.#control.give(ends);
  }

  async kill() {
    await this.#worker.terminate();
    return 'terminate';
  }

  dispose() {
    this.#control.close();
    return this.#worker.terminate();
  }
}

class Utility implements Owner {
  readonly name = 'utility';
  #child: UtilityProcess;
  #control: RemoteControl;

  private constructor(child: UtilityProcess, control: RemoteControl) {
    this.#child = child;
    this.#control = control;
  }

  static async open(_name: string, listener: OwnerListener, folder: string): Promise<Owner> {
    const file = join(folder, 'utility.cjs');
    writeFileSync(
      file,
      `process.parentPort.once('message', ({ ports }) => (${agentText(electronPlatform)})(ports[0]));`
    );
    const child = utilityProcess.fork(file);
    const control = new RemoteControl('utility', listener);
    child.postMessage(null, [control.far]);
    await once(child, 'spawn');
    return new Utility(child, control);
  }

  command(command: Command) {
    this.#control.command(command);
  }

  give(ends: End[]) {
    this.#control.give(ends);
  }

  async kill() {
    const exit = once(this.#child, 'exit');
    process.kill(this.#child.pid!, 'SIGKILL');
    await exit;
    return 'kill -9';
  }

  async dispose() {
    this.#control.close();
    const exit = once(this.#child, 'exit');
    if (this.#child.kill()) await exit;
  }
}

/** How each owner but the main process is made. */
export const openers: Record<string, (name: string, listener: OwnerListener, folder: string) => Promise<Owner>> = {
  page1: Page.open,
  page2: Page.open,
  page3: Page.open,
  worker: Thread.open,
  utility: Utility.open
};
