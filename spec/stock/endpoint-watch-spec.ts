import { expect } from 'chai';

import { Readable } from 'node:stream';
import v8 from 'node:v8';

import { watchEndpoints } from '../../runtime/node/inspector/endpoint-watch';
import { defer } from '../lib/defer';

import type { PortEvent } from '../../lib/common/port-report';

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
});
