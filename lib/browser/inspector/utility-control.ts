import type { ReporterOptions } from '@electron/internal/common/port-report';

/** By which a utility process knows what the inspector says. */
const key = 'electron-ports:inspect';

class Control {
  constructor(options: ReporterOptions) {
    Object.assign(this, { [key]: options });
  }
}

/** What has a utility process report over the port that comes with it. */
export const controlMessage = (options: ReporterOptions): object => new Control(options);

/**
 * Called with what an app posts to a utility process. It may come from a page, which is not to have the process report to
 * a port of the page's.
 * @throws TypeError
 */
export function checkMessage<T>(message: T): T {
  if (typeof message === 'object' && message !== null && key in message && !(message instanceof Control)) {
    throw new TypeError(`A message to a utility process must not have a property "${key}"`);
  }
  return message;
}

/** What a utility process is to report, if that is what the message says. */
export const controlOf = (message: unknown): ReporterOptions | undefined =>
  typeof message === 'object' && message !== null
    ? (Object.getOwnPropertyDescriptor(message, key)?.value as ReporterOptions | undefined)
    : undefined;

/** What a utility process answers, before it counts what it sends. */
export const answerMessage = (): object => ({ [key]: true });
export const isAnswer = (message: unknown): boolean => (controlOf(message) as unknown) === true;

/** By which both processes know the channel of the parent port. @param port brings the reports */
export const parentKey = (port: Electron.MessagePortMain): string =>
  `parent port of ${process._linkedBinding('electron_browser_message_port').portName!(port)}`;
