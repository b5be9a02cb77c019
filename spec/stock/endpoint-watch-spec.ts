import { expect } from 'chai';

import { Readable } from 'node:stream';
import v8 from 'node:v8';

import { watchEndpoints } from '../../runtime/node/inspector/endpoint-watch';
import { Endpoint } from '../../runtime/node/message-port/endpoint';
import { defer } from '../lib/defer';
import { collect, collectUntil } from '../lib/garbage';

import type { PortEvent } from '../../lib/common/port-report';
import type { EndpointOwner } from '../../runtime/node/message-port/endpoint';

describe('a thread of Node.js under the port inspector', () => {
  const events: PortEvent[] = [];
  const control = watchEndpoints((report) => events.push(...report.events));

  it('looks for leaks when that is asked for, and not for having been so before it was there', () => {
    const { getHeapSnapshot } = v8;
    let count = 0;
    const heap = {
      snapshot: {
        meta: {
          node_fields: ['edge_count'],
          edge_fields: ['type', 'name_or_index', 'to_node'],
          edge_types: [['hidden']]
        }
      },
      nodes: [0],
      edges: [],
      strings: []
    };
    defer(() => Object.assign(v8, { getHeapSnapshot }));
    Object.assign(v8, {
      getHeapSnapshot() {
        count++;
        return Readable.from([Buffer.from(JSON.stringify(heap))]);
      }
    });
    control.set({ log: false, collections: 3 });
    expect(count).to.equal(0);
    control.set({ log: true, collections: 3 });
    expect(count).to.equal(0);
    control.set({ log: false, collections: 4 });
    expect(count).to.equal(1);
  });

  /** The numbers of the ports that it has told to be no more. */
  function collected(): number[] {
    control.flush();
    return events.flatMap((event) => (event.what === 'collected' ? [event.port] : []));
  }

  /** Makes a channel. @returns the numbers of its ports */
  function make(use: (one: Endpoint) => void = () => {}): [number, number] {
    const [one] = Endpoint.createPair();
    control.flush();
    const made = events.flatMap((event) => (event.what === 'made' ? [event.ports] : []));
    use(one);
    return made.at(-1)!;
  }

  it('tells of ends that no port ever had that they are no more', async () => {
    const ports = make();
    await collectUntil(() => ports.every((port) => collected().includes(port)));
  });

  it('tells of an end that a port has for as long as that is there', async () => {
    let owner: EndpointOwner | undefined = { receive() {}, fail() {}, disconnect() {} };
    const [port] = make((one) => one.adopt(owner!));
    await collect();
    expect(collected()).to.not.include(port);
    owner = undefined;
    await collectUntil(() => collected().includes(port));
    expect(collected().filter((each) => each === port)).to.have.length(1);
  });
});
