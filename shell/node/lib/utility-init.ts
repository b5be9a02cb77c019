// A utility process: the order of Electron's lib/utility/init.ts.

import '@electron/internal/common/init';
import MessageChannelMain from '@electron/internal/browser/api/message-channel';
import { ParentPort } from '@electron/internal/utility/parent-port';

import { runEntry } from './run-entry';

const { entryScript } = process._linkedBinding('electron_ports_node_app');

process.argv.splice(1, 1);
(process.versions as Record<string, string>).electron = ELECTRON_VERSION;
Object.defineProperty(process, 'parentPort', { enumerable: true, writable: false, value: new ParentPort() });

// Electron's common/init has put it among Node's modules.
Object.assign(require('electron') as object, { MessageChannelMain });
runEntry(entryScript);
