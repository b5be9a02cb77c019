import { watchPorts } from '@electron/internal/browser/inspector/port-watch';
import { processWatch } from '@electron/internal/browser/inspector/process-watch';
import { answerMessage, parentKey } from '@electron/internal/browser/inspector/utility-control';
import type { ReporterOptions } from '@electron/internal/common/port-report';

/**
 * Has this process report of its ports, until it ends.
 * @param parent its parent port, by which it was told so
 * @param port where the reports go, and where it is told more
 */
export function reportPorts(
  options: ReporterOptions,
  parent: Electron.MessagePortMain,
  port: Electron.MessagePortMain
) {
  if (processWatch.options) return;
  parent.postMessage(answerMessage());
  processWatch.set(options);
  processWatch.start(
    (send) => {
      const { watch, control } = watchPorts(send);
      watch.ignore(port);
      const record = watch.reporter.entered(parentKey(port));
      watch.put(parent, record);
      if (record) watch.reporter.started(record);
      return control;
    },
    (message) => port.postMessage(message)
  );
  port.on('message', ({ data }) => processWatch.set(data as ReporterOptions));
  port.start();
  process.on('exit', () => processWatch.flush());
}
