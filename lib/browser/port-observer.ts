type Port = Electron.MessagePortMain;

/** Who is told what happens to the ports of this thread: the port inspector's part of it, in the fork. */
export interface PortObserver {
  /** @param by whether they are for the app; where it is not said, its script on the stack tells */
  made(ports: { port1: Port; port2: Port }, by?: 'runtime'): void;
  /** They have come to this thread from a page. */
  came(ports: readonly Port[]): void;
  /** They have come with the message that is told of next, in which others take their places. */
  arriving(ports: readonly Port[]): void;
  /** It goes to another thread of this process, which knows it by the number. */
  parked(port: Port, number: number): void;
  unparked(port: Port, number: number): void;
  /** In the message that is posted now `ports` go for what only Node.js can transfer. */
  standIn(objects: readonly object[], ports: readonly Port[]): void;
  /** They are of no concern to the app: the ends of a stream, for instance. */
  internal(ports: readonly Port[]): void;
  /** It is about to be told of an event. */
  happened(port: Port, type: ElectronInternal.PortEventType, ports: readonly object[]): void;
}

/** Undefined unless ports are inspected. */
export let portObserver: PortObserver | undefined;

export function observePorts(observer: PortObserver) {
  portObserver = observer;
}
