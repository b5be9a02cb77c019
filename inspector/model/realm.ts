import { Port } from './channel';

import type { PortHolder } from './channel';

const maximumPorts = 20_000;

/** What reports: a thread of Node.js, a world of a document, a worker. It tells its ports apart by number. */
export class Realm implements PortHolder {
  readonly id: string;
  readonly holder: string;
  readonly group: string;
  readonly #ports = new Map<number, Port>();

  constructor(id: string, holder: string, group: string) {
    this.id = id;
    this.holder = holder;
    this.group = group;
  }

  get ports(): Iterable<Port> {
    return this.#ports.values();
  }

  /** @returns undefined when there are too many, as a renderer that was taken over may say */
  port(id: number): Port | undefined {
    let port = this.#ports.get(id);
    if (!port && this.#ports.size < maximumPorts) this.#ports.set(id, (port = new Port(this, id)));
    return port;
  }

  forget(port: Port) {
    this.#ports.delete(port.id);
  }
}
