import type { Port } from './channel';

interface Crossing {
  ports: readonly Port[];
  time: number;
}

// Milliseconds.
const patience = 10_000;
const maximum = 1000;

/**
 * Ports on their way by other means than ports: those of which both sides know a key, and those that go by windows and
 * workers, where all that is known is their order.
 */
export class Crossings {
  #left = new Map<string, Port>();
  #entered = new Map<string, Port>();
  #sent = new Map<string, Crossing[]>();
  #came = new Map<string, Crossing[]>();
  /** What has come lately, as each world of a document tells of it. */
  #seen = new Map<string, readonly Port[]>();
  #pass: (from: Port, to: Port) => void;
  #twin: (first: Port, twin: Port) => void;

  /**
   * @param pass called when an end that was sent is known to be what has come
   * @param twin called when two worlds of a document tell of the same port
   */
  constructor(pass: (from: Port, to: Port) => void, twin: (first: Port, twin: Port) => void) {
    this.#pass = pass;
    this.#twin = twin;
  }

  left(key: string, port: Port) {
    const entered = this.#entered.get(key);
    if (!entered) return keep(this.#left, key, port);
    this.#entered.delete(key);
    this.#pass(port, entered);
  }

  entered(key: string, port: Port) {
    const left = this.#left.get(key);
    if (!left) return keep(this.#entered, key, port);
    this.#left.delete(key);
    this.#pass(left, port);
  }

  sent(group: string, ports: readonly Port[], time: number) {
    this.#meet(this.#came, this.#sent, group, { ports, time }, (come) => this.#passAll(ports, come));
  }

  /** @param timeStamp the event's: every world of a document is told of the same event */
  came(realm: { group: string; holder: string }, timeStamp: number, ports: readonly Port[], time: number) {
    const event = `${realm.holder} ${timeStamp} ${ports.length}`;
    const twins = this.#seen.get(event);
    if (twins) {
      ports.forEach((port, index) => {
        this.#twin(twins[index], port);
      });
      return;
    }
    keep(this.#seen, event, ports);
    this.#meet(this.#sent, this.#came, realm.group, { ports, time }, (sent) => this.#passAll(sent, ports));
  }

  expire(now: number) {
    for (const lists of [this.#sent, this.#came]) {
      for (const [group, list] of lists) {
        const rest = list.filter(({ time }) => now - time < patience);
        if (rest.length > 0) lists.set(group, rest);
        else lists.delete(group);
      }
    }
  }

  #passAll(from: readonly Port[], to: readonly Port[]) {
    from.forEach((port, index) => this.#pass(port, to[index]));
  }

  #meet(
    others: Map<string, Crossing[]>,
    own: Map<string, Crossing[]>,
    group: string,
    crossing: Crossing,
    onMet: (ports: readonly Port[]) => void
  ) {
    const list = others.get(group) ?? [];
    const index = list.findIndex(({ ports }) => ports.length === crossing.ports.length);
    if (index >= 0) {
      onMet(list.splice(index, 1)[0].ports);
      return;
    }
    const mine = own.get(group) ?? [];
    mine.push(crossing);
    if (mine.length > maximum) mine.shift();
    own.set(group, mine);
  }
}

function keep<T>(map: Map<string, T>, key: string, value: T) {
  map.set(key, value);
  if (map.size > maximum) map.delete(map.keys().next().value!);
}
