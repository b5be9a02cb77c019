// What a utility process runs before the app's module: it connects to the hub by itself, so that its ports do not pass
// the main process.

import { pathToFileURL } from 'node:url';

import { unavailable } from '../common/unavailable';
import { announceElectron } from '../node/electron-version';
import { linkBindings } from '../node/linked-bindings';
import { messagePortBinding, MessagePortMain } from '../node/message-port/message-port-main';
import { provideWorkerPorts } from '../node/message-port/worker-ports';
import { explainLoadError } from '../node/module/explain-load-error';
import { provideModule } from '../node/module/provide-module';
import { throwUncaught } from '../node/throw-uncaught';
import { WorkerPortBridge } from '../node/worker-thread/worker-port-bridge';
import { connectToMainProcess } from './main-process';

announceElectron();

const [, , modulePath, ...args] = process.argv;

/** Its failure is what an app's entry script that throws is in Node.js: uncaught. */
async function runModule() {
  const { connection, parent, setAlive } = await connectToMainProcess();
  provideWorkerPorts(new WorkerPortBridge(connection));
  // With nobody to listen, and no port but this, what it does next does not depend on messages.
  let [isListening, hasPorts] = [false, false];
  const update = () => setAlive(hasPorts || isListening);
  connection.onports = (count) => {
    hasPorts = count > 1;
    update();
  };
  linkBindings({
    electron_browser_message_port: messagePortBinding,
    electron_utility_parent_port: {
      createParentPort: () => new MessagePortMain(parent),
      setListening(value: boolean) {
        isListening = value;
        update();
      }
    }
  });
  // lib/ looks its bindings up when it is loaded.
  const { default: MessageChannelMain } = await import('@electron/internal/browser/api/message-channel');
  const { ParentPort } = await import('@electron/internal/utility/parent-port');

  Object.defineProperties(process, {
    parentPort: { value: new ParentPort(), enumerable: true },
    type: { value: 'utility', enumerable: true }
  });
  provideModule({
    MessageChannelMain,
    net: unavailable('electron.net', 'offer it to a utility process'),
    systemPreferences: unavailable('electron.systemPreferences', 'offer it to a utility process')
  });
  process.argv = [process.argv[0], modulePath, ...args];
  await import(pathToFileURL(modulePath).href).catch(fail);
}

/** The app's script cannot be loaded. Its stack would be of the loader alone, and long. */
function fail(error: Error) {
  const text = explainLoadError(error, modulePath);
  if (text === undefined || process.listenerCount('uncaughtException') > 0) throw error;
  // Who imports the script itself is no concern of the app's.
  console.error(text.replace(` imported from ${__filename}`, ''));
  process.exit(1);
}

runModule().catch(throwUncaught);
