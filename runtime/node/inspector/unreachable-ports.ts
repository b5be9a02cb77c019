import { portTag } from '@electron/internal/common/port-reporter';

import { getHeapSnapshot } from 'node:v8';

interface Snapshot {
  snapshot: { meta: { node_fields: string[]; edge_fields: string[]; edge_types: [string[], ...unknown[]] } };
  nodes: number[];
  edges: number[];
  strings: string[];
}

/** V8's snapshot of a heap, as a graph: nodes are numbered from 0, which is the root. */
class Heap {
  readonly size: number;
  #data: Snapshot;
  #nodeFields: Record<string, number>;
  #edgeFields: Record<string, number>;
  #edgeTypes: string[];
  /** Where each node's edges begin. */
  #firstEdges: Uint32Array;

  constructor(data: Snapshot) {
    const { node_fields, edge_fields, edge_types } = data.snapshot.meta;
    const places = (names: string[]) => Object.fromEntries(names.map((name, place) => [name, place]));
    this.#data = data;
    this.#nodeFields = { ...places(node_fields), count: node_fields.length };
    this.#edgeFields = { ...places(edge_fields), count: edge_fields.length };
    [this.#edgeTypes] = edge_types;
    this.size = data.nodes.length / node_fields.length;
    this.#firstEdges = new Uint32Array(this.size + 1);
    for (let node = 0; node < this.size; node++) {
      this.#firstEdges[node + 1] = this.#firstEdges[node] + this.#field(node, 'edge_count');
    }
  }

  #field(node: number, name: string): number {
    return this.#data.nodes[node * this.#nodeFields.count + this.#nodeFields[name]];
  }

  nameOf(node: number): string {
    return this.#data.strings[this.#field(node, 'name')];
  }

  idOf(node: number): number {
    return this.#field(node, 'id');
  }

  /** @param visit gets the edge's type, and its name where it has one */
  eachEdge(node: number, visit: (to: number, type: string, name: string) => void) {
    const { edges, strings } = this.#data;
    const { count, type, name_or_index, to_node } = this.#edgeFields;
    for (let edge = this.#firstEdges[node]; edge < this.#firstEdges[node + 1]; edge++) {
      const kind = this.#edgeTypes[edges[edge * count + type]];
      const isNumbered = kind === 'element' || kind === 'hidden';
      const name = isNumbered ? '' : strings[edges[edge * count + name_or_index]];
      visit(edges[edge * count + to_node] / this.#nodeFields.count, kind, name);
    }
  }
}

/** The ports that script has: by their nodes, the numbers of their records. */
function findPorts(heap: Heap): { ports: Map<number, number>; endpoints: Set<number> } {
  const records = new Map<number, number>();
  const byEndpoint = new Map<number, number>();
  const ports = new Map<number, number>();
  const eachProperty = (wanted: string, visit: (from: number, to: number) => void) => {
    for (let node = 0; node < heap.size; node++) {
      heap.eachEdge(node, (to, type, name) => {
        if (type === 'property' && name === wanted) visit(node, to);
      });
    }
  };
  eachProperty('tag', (record, to) => {
    const text = heap.nameOf(to);
    if (text.startsWith(portTag)) records.set(record, Number(text.slice(portTag.length)));
  });
  eachProperty('#record', (endpoint, record) => {
    if (records.has(record)) byEndpoint.set(endpoint, records.get(record)!);
  });
  eachProperty('#endpoint', (port, endpoint) => {
    if (byEndpoint.has(endpoint)) ports.set(port, byEndpoint.get(endpoint)!);
  });
  return { ports, endpoints: new Set(byEndpoint.keys()) };
}

/** An entry of a WeakMap is shown as held by the map, too, though its key has to be there as well. */
const entryOf = /part of key \(.*? @(\d+)\) -> value/;

function isHeld(heap: Heap, from: number, type: string, name: string, endpoints: ReadonlySet<number>): boolean {
  if (type === 'weak') return false;
  // A started port is kept by its endpoint, and not by script.
  if (name === '#owner' && endpoints.has(from)) return false;
  const [, key] = type === 'internal' ? (entryOf.exec(name) ?? []) : [];
  return key === undefined || Number(key) === heap.idOf(from);
}

/**
 * The numbers of the ports of this thread that are open and that script has no way to. Nothing but a walk through the whole
 * heap can tell, which stops the thread for a second or so.
 */
export async function findUnreachablePorts(): Promise<number[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of getHeapSnapshot()) chunks.push(Buffer.from(chunk as Uint8Array));
  const heap = new Heap(JSON.parse(Buffer.concat(chunks).toString()) as Snapshot);
  const { ports, endpoints } = findPorts(heap);
  const reached = new Uint8Array(heap.size);
  const waiting = [0];
  reached[0] = 1;
  for (let node; (node = waiting.pop()) !== undefined; ) {
    const from = node;
    heap.eachEdge(from, (to, type, name) => {
      if (reached[to] || !isHeld(heap, from, type, name, endpoints)) return;
      reached[to] = 1;
      waiting.push(to);
    });
  }
  return [...ports].filter(([port]) => !reached[port]).map(([, id]) => id);
}
