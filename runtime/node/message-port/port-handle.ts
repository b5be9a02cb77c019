import { Endpoint } from './endpoint';

// An unreachable port that was never started closes. A started one is kept alive by its endpoint.
const collected = new FinalizationRegistry<Endpoint>((endpoint) => endpoint.close('collected'));

/**
 * What makes an object a port: its endpoint, until the port is transferred. Deliberately without methods: what script can do
 * with a port is MessagePortMain's.
 */
export class PortHandle {
  /** Undefined once the port was transferred: then it is neutered. */
  #endpoint: Endpoint | undefined;

  constructor(endpoint: Endpoint) {
    if (!(endpoint instanceof Endpoint)) throw new TypeError('Illegal constructor');
    this.#endpoint = endpoint;
    collected.register(this, endpoint, this);
  }

  static isPort(value: unknown): value is PortHandle {
    return typeof value === 'object' && value !== null && #endpoint in value;
  }

  /** The endpoint of a port, or undefined for a neutered one. */
  static endpointOf(port: PortHandle): Endpoint | undefined {
    return port.#endpoint;
  }

  /** Takes a port's endpoint, to be sent on. The port is neutered. */
  static disentangle(port: PortHandle): Endpoint {
    const endpoint = port.#endpoint!;
    port.#endpoint = undefined;
    collected.unregister(port);
    endpoint.release();
    return endpoint;
  }

  /** From now on it does not close when it is collected. */
  static keep(port: PortHandle) {
    collected.unregister(port);
  }
}
