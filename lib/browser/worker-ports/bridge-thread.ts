import type { ClaimedFile } from '@electron/internal/browser/files/claimed-files';
import { createClaimKey, provideFileClaims } from '@electron/internal/browser/files/file-claims';
import { processWatch } from '@electron/internal/browser/inspector/process-watch';
import { portObserver } from '@electron/internal/browser/port-observer';
import type { PortReport, ReporterOptions } from '@electron/internal/common/port-report';

import { Worker } from 'worker_threads';

import type { MessagePort as NodePort } from 'worker_threads';

// What Electron bundles is among Node's own modules, and their text is what a thread can be started with.
declare const internalBinding: (name: 'builtins') => { natives: Record<string, string> };
const script = 'electron/js2c/port_bridge_init';

const binding = process._linkedBinding('electron_browser_message_port');

/** What the thread is started with. */
export interface BridgeStart {
  /** By which it claims the files of its process. */
  claimKey: string;
  /** While ports are inspected. */
  inspect: ReporterOptions | undefined;
}

/** What the thread is told: the number of a parked port, and the port of Node's to join it with. */
export interface BridgeJob {
  number: number;
  nodePort: NodePort;
}

/** What it is told when ports are inspected from then on. */
export interface BridgeInspection {
  inspect: ReporterOptions;
}

/** What it answers: the number of a port that it has taken; what it reports of its ports. */
export type BridgeAnswer = number | { report: PortReport };

/**
 * Joins ports with Node's in a thread of its own, which starts with the first of them. This thread hands both ends over
 * and is out of the path.
 */
export class BridgeThread {
  /** Undefined before the first port, and after the thread has ended: the next port starts another. */
  #worker: Worker | undefined;
  /** Handed over, and not taken yet. */
  #parked = new Set<number>();

  /** @throws DataCloneError `The port is already neutered.` */
  join(port: Electron.MessagePortMain, nodePort: NodePort) {
    const number = binding.parkPort!(port);
    portObserver?.parked(port, number);
    this.#parked.add(number);
    try {
      this.#worker ??= this.#start();
    } catch (error) {
      console.error('The thread for ports of worker threads did not start, so these close:', error);
      this.#discard(number);
      nodePort.close();
      return;
    }
    try {
      this.#worker.postMessage({ number, nodePort } satisfies BridgeJob, [nodePort]);
    } catch {
      // Its other end went with its own thread: so does this channel.
      this.#discard(number);
    }
  }

  #discard(number: number) {
    this.#parked.delete(number);
    binding.unparkPort!(number)?.close();
  }

  #start(): Worker {
    const claimKey = createClaimKey();
    const worker = new Worker(internalBinding('builtins').natives[script], {
      eval: true,
      // None of what the app starts its own threads with.
      argv: [],
      // It has some of Node's own modules, as the script has that starts it.
      execArgv: ['--expose-internals'],
      env: {},
      workerData: { claimKey, inspect: processWatch.options } satisfies BridgeStart,
      name: 'message ports'
    });
    worker.unref();
    processWatch.bridgeStarted(worker);
    provideFileClaims(claimKey, (file, token) =>
      worker.postMessage({ token, file } satisfies ClaimedFile, [file as never])
    );
    let isUp = false;
    worker.on('message', (answer: BridgeAnswer) => {
      if (typeof answer === 'object') {
        processWatch.bridgeReported(answer.report);
        return;
      }
      isUp = true;
      this.#parked.delete(answer);
    });
    worker.once('error', (error) => {
      const what = isUp ? 'ended, and these close' : 'did not start, so these close';
      console.error(`The thread for ports of worker threads ${what}:`, error);
    });
    worker.once('exit', () => {
      processWatch.bridgeEnded();
      if (this.#worker === worker) this.#worker = undefined;
      for (const number of this.#parked) this.#discard(number);
    });
    return worker;
  }
}
