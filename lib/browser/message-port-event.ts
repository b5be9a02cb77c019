/** What a listener of a MessagePortMain gets. Deliberately not a DOM Event: nothing bubbles, nothing can be prevented. */
export class MessagePortEvent {
  readonly type: string;
  /** The message, deserialized. */
  readonly data: any;
  /** The ports that came with the message, in transfer order. Frozen. */
  readonly ports: readonly Electron.MessagePortMain[];
  /** The port that the event happened on. */
  readonly target: Electron.MessagePortMain;

  constructor(target: Electron.MessagePortMain, type: string, data: unknown, ports: Electron.MessagePortMain[]) {
    this.type = type;
    this.data = data;
    this.ports = Object.freeze(ports);
    this.target = target;
  }

  get currentTarget() {
    return this.target;
  }
}
