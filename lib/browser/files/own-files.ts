import { claimFile } from '@electron/internal/browser/files/file-claims';
import { serveFile } from '@electron/internal/browser/files/file-server';
import { openFile } from '@electron/internal/browser/files/transferred-file';
import { MainPort } from '@electron/internal/browser/main-port';
import { portObserver } from '@electron/internal/browser/port-observer';

import type { FileHandle } from 'fs/promises';

const binding = process._linkedBinding('electron_browser_message_port');

/** The files that this thread has sent and still has open, by the names of the ports that went in their places. */
const sent = new Map<string, () => FileHandle>();

/** Sends a file that no one else has. @returns the port that goes in its place */
export function sendFile(handle: FileHandle): Electron.MessagePortMain {
  const ports = binding.createPair();
  portObserver?.made(ports, 'runtime');
  const { port1, port2 } = ports;
  const name = binding.portName!(port2);
  const { release, signal } = serveFile(handle, new MainPort(port1), {
    claim: (key, token) => claimFile(handle, key, token)
  });
  sent.set(name, release);
  signal.addEventListener('abort', () => sent.delete(name), { once: true });
  return port2;
}

/** What is behind the port that came in the place of a file: the file itself when it is this thread's. */
export function receiveFile(port: Electron.MessagePortMain): object {
  // The name is its sender's word: no one who had the file may be told from who has it.
  const release = sent.get(binding.portName!(port));
  if (!release) return openFile(port);
  port.close();
  return release();
}
