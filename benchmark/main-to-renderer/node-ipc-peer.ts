// The peer in a Node.js process, by node-ipc. Its arguments are node-ipc's folder for sockets and the server's name.

import { IPCModule } from '@achrinza/node-ipc';

import { respond } from './peer';

const [socketRoot, server] = process.argv.slice(2);
const ipc = new IPCModule();
Object.assign(ipc.config, { socketRoot, silent: true, stopRetrying: true });
ipc.connectTo(server, () => {
  const connection = ipc.of[server];
  connection.on('connect', () => connection.emit('message', 'ready'));
  connection.on('message', (request) => respond(request, (message) => connection.emit('message', message)));
  connection.on('disconnect', () => process.exit());
});
