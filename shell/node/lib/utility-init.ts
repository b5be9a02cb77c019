// A utility process: the order of Electron's lib/utility/init.ts.

import '@electron/internal/common/init';
import { defineProperties } from '@electron/internal/common/define-properties';
import { utilityNodeModuleList } from '@electron/internal/utility/api/module-list';
import { ParentPort } from '@electron/internal/utility/parent-port';

import { runEntry } from './run-entry';

const { entryScript } = process._linkedBinding('electron_ports_node_app');

process.argv.splice(1, 1);
(process.versions as Record<string, string>).electron = ELECTRON_VERSION;
Object.defineProperty(process, 'parentPort', { enumerable: true, writable: false, value: new ParentPort() });

// Electron's common/init has put it among Node's modules. The list is Electron's own: what it lacks is missing here, too.
defineProperties(require('electron'), utilityNodeModuleList);
runEntry(entryScript);
