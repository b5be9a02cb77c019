import { appStack } from '@electron/internal/browser/inspector/app-stack';
import type { PortWatch } from '@electron/internal/browser/inspector/port-watch';
import { processWatch } from '@electron/internal/browser/inspector/process-watch';
import type { Utility } from '@electron/internal/browser/inspector/utilities';
import { controlMessage, isAnswer, parentKey } from '@electron/internal/browser/inspector/utility-control';
import type { PortInspection, ProcessReports } from '@electron/internal/common/port-inspection';
import type { ReporterOptions } from '@electron/internal/common/port-report';
import type { PortRecord } from '@electron/internal/common/port-reporter';

const binding = process._linkedBinding('electron_browser_message_port');

/** Has what goes to and from a utility process counted: this end of its parent port is no port. */
function watchMessages(watch: PortWatch, utility: Utility, near: PortRecord) {
  const { postMessage, emit } = utility;
  utility.postMessage = function (...args: unknown[]) {
    const post = () => postMessage.apply(utility, args as [unknown]);
    if (near.state !== 'open') return post();
    return watch.posting(near, args[0], args[1], post);
  };
  // What was on its way when the process was told is counted by neither.
  let isCounted = false;
  utility.emit = function (type: string, ...args: unknown[]) {
    if (!isCounted && type === 'message' && isAnswer(args[0])) {
      isCounted = true;
      return true;
    }
    if (isCounted && (type === 'message' || type === 'messageerror')) {
      watch.read(near, (args[1] as { ports?: object[] } | undefined)?.ports ?? []);
    }
    return emit.call(utility, type, ...args);
  };
}

/** Has a utility process report, and shown. Its reports come over a port of their own, which is not shown. */
export function watchUtility(inspection: PortInspection, watch: PortWatch, utility: Utility, modulePath: string) {
  const { reporter } = watch;
  const { port1, port2 } = binding.createPair();
  watch.ignore(port1, port2);
  const key = parentKey(port2);
  utility.postMessage(controlMessage(processWatch.options!), [port2]);

  const [near, far] = reporter.made('app', appStack()) ?? [];
  if (near && far) {
    watch.put(utility, near);
    reporter.started(near);
    reporter.left(far, key);
    watchMessages(watch, utility, near);
  }

  let reports: ProcessReports | undefined;
  const show = () => {
    const told = { kind: 'utility', name: modulePath, pid: utility.pid! } as const;
    reports = inspection.watch(told, (options: ReporterOptions) => port1.postMessage(options));
    port1.on('message', ({ data }) => reports!.report(data));
    port1.start();
  };
  if (utility.pid === undefined) utility.once('spawn', show);
  else show();
  utility.once('exit', (code) => {
    if (near) reporter.lost(near);
    reports?.gone(`its process ended with ${code}`);
  });
}
