import { portTag } from '@electron/internal/common/port-reporter';

import { getHeapSnapshot } from 'v8';

interface Snapshot {
  snapshot: { meta: { node_fields: string[]; edge_fields: string[]; edge_types: [string[], ...unknown[]] } };
  nodes: number[];
  edges: number[];
  strings: string[];
}

export interface Edge {
  from: number;
  to: number;
  type: string;
  /** Where it has one. */
  name: string;
}

/** An entry of a WeakMap is shown as held by the map and by the key, though both have to be there. */
const entryOf = /part of key \(.*? @(\d+)\) -> value/;

/** V8's snapshot of a heap, as a graph: nodes are numbered from 0, which is the root. */
export class Heap {
  readonly size: number;
  #data: Snapshot;
  #nodeFields: Record<string, number>;
  #edgeFields: Record<string, number>;
  #edgeTypes: string[];
  /** Where each node's edges begin. */
  #firstEdges: Uint32Array;

  private constructor(data: Snapshot) {
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

  /** Stops the thread for a second or so, and collects garbage before. */
  static async take(): Promise<Heap> {
    const chunks: Buffer[] = [];
    for await (const chunk of getHeapSnapshot()) chunks.push(Buffer.from(chunk as Uint8Array));
    return new Heap(JSON.parse(Buffer.concat(chunks).toString()) as Snapshot);
  }

  #field(node: number, name: string): number {
    return this.#data.nodes[node * this.#nodeFields.count + this.#nodeFields[name]];
  }

  nameOf(node: number): string {
    return this.#data.strings[this.#field(node, 'name')];
  }

  eachEdge(from: number, visit: (edge: Edge) => void) {
    const { edges, strings } = this.#data;
    const { count, type, name_or_index, to_node } = this.#edgeFields;
    for (let edge = this.#firstEdges[from]; edge < this.#firstEdges[from + 1]; edge++) {
      const kind = this.#edgeTypes[edges[edge * count + type]];
      const isNumbered = kind === 'element' || kind === 'hidden';
      const name = isNumbered ? '' : strings[edges[edge * count + name_or_index]];
      visit({ from, to: edges[edge * count + to_node] / this.#nodeFields.count, type: kind, name });
    }
  }

  /** The edges of all nodes. */
  eachEdgeOfAll(visit: (edge: Edge) => void) {
    for (let node = 0; node < this.size; node++) this.eachEdge(node, visit);
  }

  /** Whether an edge is by a key of a WeakMap to its value. */
  #isFromKey({ from, type, name }: Edge): boolean | undefined {
    const [, key] = type === 'internal' ? (entryOf.exec(name) ?? []) : [];
    return key === undefined ? undefined : Number(key) === this.#field(from, 'id');
  }

  /** The objects that have a record (port-stamp.ts), with its number. */
  findStamped(): Map<number, number> {
    const records = new Map<number, number>();
    this.eachEdgeOfAll(({ from, to, type, name }) => {
      if (type !== 'property' || name !== 'tag') return;
      const text = this.nameOf(to);
      if (text.startsWith(portTag)) records.set(from, Number(text.slice(portTag.length)));
    });
    const stamped = new Map<number, number>();
    this.eachEdgeOfAll((edge) => {
      const id = records.get(edge.to);
      if (id === undefined) return;
      // Electron's bundles have private fields as entries of WeakMaps.
      const isStamp = (edge.type === 'property' && edge.name === '#record') || this.#isFromKey(edge) === true;
      if (isStamp) stamped.set(edge.from, id);
    });
    return stamped;
  }

  /** @param isScripts whether an edge is one by which script can get from one object to the other */
  findReached(isScripts: (edge: Edge) => boolean): Uint8Array {
    const reached = new Uint8Array(this.size);
    const waiting = [0];
    reached[0] = 1;
    for (let node; (node = waiting.pop()) !== undefined; ) {
      this.eachEdge(node, (edge) => {
        const { to, type } = edge;
        if (reached[to] || type === 'weak' || this.#isFromKey(edge) === false || !isScripts(edge)) return;
        reached[to] = 1;
        waiting.push(to);
      });
    }
    return reached;
  }
}
