import cytoscape from 'cytoscape';

import { holderText } from './texts';

import type { ChannelState, HolderKind, HolderState } from '../model/state';
import type { Connection } from './connection';
import type { Core, ElementDefinition, Position, StylesheetJson } from 'cytoscape';

const colors: Record<HolderKind, string> = {
  main: '#1d6fd8',
  utility: '#8a4fd3',
  frame: '#14866d',
  worker: '#b3660b',
  'worker-threads': '#8a4fd3'
};

const style: StylesheetJson = [
  {
    selector: 'node',
    style: {
      label: 'data(label)',
      'font-size': 11,
      'font-family': 'system-ui, sans-serif',
      color: '#1f2733',
      'text-wrap': 'ellipsis',
      'text-max-width': '150px',
      'text-valign': 'bottom',
      'text-margin-y': 4,
      'background-color': 'data(color)',
      width: 26,
      height: 26
    }
  },
  {
    selector: ':parent',
    style: {
      'background-color': '#f6f7f9',
      'border-color': '#d5dae1',
      'border-width': 1,
      shape: 'round-rectangle',
      'text-valign': 'top',
      'text-margin-y': -4,
      color: '#667085',
      padding: '14px'
    }
  },
  { selector: 'node.gone', style: { opacity: 0.35 } },
  {
    selector: 'node.nobody',
    style: { 'background-color': '#fff', 'border-width': 1.5, 'border-style': 'dashed', 'border-color': '#667085' }
  },
  {
    selector: 'edge',
    style: {
      width: 2,
      'line-color': '#667085',
      'curve-style': 'bezier',
      'control-point-step-size': 34,
      label: 'data(label)',
      'font-size': 9,
      color: '#667085',
      'text-background-color': '#fff',
      'text-background-opacity': 0.85,
      'text-background-padding': '2px',
      'loop-direction': '-45deg',
      'source-label': 'data(queue0)',
      'target-label': 'data(queue1)',
      'source-text-offset': 26,
      'target-text-offset': 26
    }
  },
  { selector: 'edge.direct', style: { 'line-color': '#14866d' } },
  { selector: 'edge.hub', style: { 'line-color': '#1d6fd8' } },
  { selector: 'edge.relayed', style: { 'line-color': '#b3660b', 'line-style': 'dashed' } },
  { selector: 'edge.moving', style: { 'line-style': 'dotted' } },
  { selector: 'edge.leaking', style: { 'line-color': '#c62828', width: 3 } },
  { selector: 'edge.busy', style: { width: 4 } },
  { selector: 'edge.closed', style: { opacity: 0.25 } },
  { selector: ':selected', style: { 'overlay-color': '#ffb300', 'overlay-opacity': 0.3, 'overlay-padding': 4 } }
];

const nobody = 'nobody';

/** Draws who holds the ends: a node for each holder, inside its process, and an edge for each channel. */
export class Graph {
  #core: Core;
  #connection: Connection;
  #shape = '';

  constructor(container: HTMLElement, connection: Connection, onSelect: (channel: string) => void) {
    this.#connection = connection;
    this.#core = cytoscape({ container, style, minZoom: 0.2, maxZoom: 2.5 });
    this.#core.on('tap', 'edge', ({ target }) => onSelect(target.id().slice(1)));
    new ResizeObserver(() => this.#core.resize()).observe(container);
  }

  draw(channels: readonly ChannelState[], selected: string | undefined) {
    const leaking = new Set(this.#connection.leaks.map(({ channel }) => channel));
    const wanted = new Map<string, ElementDefinition>();
    const shown = new Set(channels.flatMap(({ ends }) => ends.map(({ holder }) => holder ?? nobody)));
    for (const holder of this.#connection.holders.values()) {
      if (holder.gone && !shown.has(holder.id)) continue;
      wanted.set(`p${holder.process}`, { data: { id: `p${holder.process}`, label: processText(holder) } });
      wanted.set(`h${holder.id}`, nodeOf(holder));
    }
    for (const channel of channels) {
      if (channel.ends.some(({ holder }) => !holder || !wanted.has(`h${holder}`))) {
        wanted.set(`h${nobody}`, { data: { id: `h${nobody}`, label: 'unknown' }, classes: 'nobody' });
      }
      const edge = this.#edgeOf(channel, wanted, leaking.has(channel.id), channel.id === selected);
      wanted.set(edge.data.id!, edge);
    }
    this.#apply(wanted);
  }

  #edgeOf(
    { id, path, relayed, closed, ends }: ChannelState,
    nodes: ReadonlyMap<string, unknown>,
    isLeaking: boolean,
    isSelected: boolean
  ): ElementDefinition {
    const [source, target] = ends.map(({ holder }) =>
      holder && nodes.has(`h${holder}`) ? `h${holder}` : `h${nobody}`
    );
    const rate = ends[0].messagesPerSecond + ends[1].messagesPerSecond;
    const queue = (count: number) => (count > 0 ? `${count} wait` : '');
    const classes = [
      path,
      relayed && 'relayed',
      closed && 'closed',
      isLeaking && 'leaking',
      rate > 0 && 'busy',
      ends.some(({ isOnItsWay }) => isOnItsWay) && 'moving'
    ];
    return {
      data: {
        id: `c${id}`,
        source,
        target,
        label: rate > 0 ? `${Math.round(rate)}/s` : '',
        queue0: queue(ends[0].queue),
        queue1: queue(ends[1].queue)
      },
      classes: classes.filter(Boolean).join(' '),
      selected: isSelected
    };
  }

  /** Changes only what has changed, so that what is there stays where it is. */
  #apply(wanted: ReadonlyMap<string, ElementDefinition>) {
    const core = this.#core;
    core.batch(() => {
      core.elements().forEach((each) => {
        const want = wanted.get(each.id());
        // An edge with another end is another edge, to cytoscape.
        if (!want) each.remove();
        else if (
          each.isEdge() &&
          (each.data('source') !== want.data.source || each.data('target') !== want.data.target)
        ) {
          each.move({ source: want.data.source, target: want.data.target });
        }
      });
      const added = [...wanted.values()].filter(({ data }) => core.getElementById(data.id!).empty());
      // Parents before what is in them, nodes before edges.
      const rank = ({ data }: ElementDefinition) => (data.source ? 2 : data.parent ? 1 : 0);
      for (const each of added.sort((one, other) => rank(one) - rank(other))) core.add({ ...each });
      for (const { data, classes, selected } of wanted.values()) {
        const each = core.getElementById(data.id!);
        each.data(data);
        each.classes(classes ?? '');
        if (selected) each.select();
        else each.unselect();
      }
    });
    const shape = [...wanted.values()].map(({ data }) => (data.source ? '' : data.id)).join();
    if (shape === this.#shape) return;
    this.#shape = shape;
    const places = placesOf([...wanted.values()].filter(({ data }) => data.parent));
    // Processes are where what is in them is.
    core.nodes(':childless').positions((node) => places.get(node.id()) ?? { x: 0, y: 0 });
    core.fit(undefined, 24);
  }
}

const step = { x: 190, y: 74 };

/** The first process in the middle, the others around it, in the order in which they came; what is in one is in a column. */
function placesOf(nodes: readonly ElementDefinition[]): Map<string, Position> {
  const processes = new Map<string, ElementDefinition[]>();
  for (const node of nodes) {
    const { parent } = node.data as { parent: string };
    processes.set(parent, [...(processes.get(parent) ?? []), node]);
  }
  const places = new Map<string, Position>();
  const around = processes.size - 1;
  [...processes.values()].forEach((inside, index) => {
    const angle = (2 * Math.PI * (index - 0.5)) / Math.max(1, around) - Math.PI / 2;
    const radius = index === 0 ? 0 : Math.max(1, around / 8);
    const x = 2.2 * step.x * radius * Math.cos(angle);
    const y = 2 * step.y * radius * Math.sin(angle);
    inside.forEach(({ data }, row) => {
      places.set(data.id!, { x, y: y + (row - (inside.length - 1) / 2) * step.y });
    });
  });
  places.set(`h${nobody}`, { x: 0, y: -3.6 * step.y });
  return places;
}

const processText = ({ process, pid }: HolderState) => (pid > 0 ? `${process.split(' ', 1)[0]} ${pid}` : process);

function nodeOf(holder: HolderState): ElementDefinition {
  const { id, kind, process, gone } = holder;
  return {
    data: { id: `h${id}`, parent: `p${process}`, label: holderText(holder), color: colors[kind] },
    classes: gone ? 'gone' : ''
  };
}
