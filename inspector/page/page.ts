import { Connection } from './connection';
import { DataTable } from './data-table';
import { Details } from './details';
import { element, toggle } from './elements';
import { Graph } from './graph';
import { agoText, bytesText, clockText, holderText } from './texts';
import { valueText } from './value-view';

import type { ChannelState, EndState, LogState } from '../model/state';
import type { Row } from './data-table';

const connection = new Connection();

let isPaused = false;
let showsRuntime = false;
let showsClosed = true;
let onlySelected = false;

const status = element('span', { className: 'status', textContent: 'connecting' });
const search = element('input', { type: 'search', placeholder: 'Filter' });
search.oninput = () => draw();
const graphBox = element(
  'section',
  { id: 'graph' },
  element('div', {
    className: 'legend',
    textContent:
      'green: direct, blue: by the hub, grey: inside a process, dashed: relayed, dotted: on its way, red: a leak'
  })
);
const detailsBox = element('aside', { id: 'details' });
const details = new Details(detailsBox, connection);

const panels = {
  channels: element('div', { className: 'panel' }),
  log: element('div', { className: 'panel' }),
  leaks: element('div', { className: 'panel' })
};
type Panel = keyof typeof panels;
const counts = { channels: count(), log: count(), leaks: count() };
const titles: Record<Panel, string> = { channels: 'Channels', log: 'Log', leaks: 'Leaks' };

function count() {
  return element('span', { className: 'count' });
}

const tabs = Object.fromEntries(
  (Object.keys(panels) as Panel[]).map((name) => [
    name,
    element('button', { id: `show-${name}`, onclick: () => showPanel(name) }, `${titles[name]} `, counts[name])
  ])
) as Record<Panel, HTMLButtonElement>;

function showPanel(shown: Panel) {
  for (const name of Object.keys(panels) as Panel[]) {
    panels[name].hidden = name !== shown;
    tabs[name].ariaPressed = String(name === shown);
  }
  tables[shown].redraw();
}

const logButton = toggle('Log messages', (isOn) => connection.send({ type: 'log', on: isOn }));
logButton.id = 'log-messages';
const findButton = element('button', {
  id: 'find-leaks',
  textContent: 'Look for leaks',
  onclick: () => connection.send({ type: 'find-leaks' })
});
const download = (name: string, title: string) => element('a', { href: name, download: name, textContent: title });

document.body.append(
  element(
    'header',
    {},
    element('h1', { textContent: 'Ports' }),
    status,
    element(
      'div',
      { className: 'right' },
      toggle('Pause', (isOn) => {
        isPaused = isOn;
        if (!isOn) draw();
      }),
      toggle("The runtime's own", (isOn) => {
        showsRuntime = isOn;
        draw();
      }),
      toggle('Hide closed', (isOn) => {
        showsClosed = !isOn;
        draw();
      }),
      download('ports.json', 'JSON'),
      download('ports-trace.json', 'Trace')
    )
  ),
  graphBox,
  detailsBox,
  element(
    'section',
    { id: 'tables' },
    element(
      'nav',
      {},
      ...Object.values(tabs),
      element(
        'div',
        { className: 'tools' },
        logButton,
        element('button', { textContent: 'Clear log', onclick: () => connection.clearLog() }),
        toggle('Only the selected', (isOn) => {
          onlySelected = isOn;
          draw();
        }),
        findButton,
        search
      )
    ),
    ...Object.values(panels)
  )
);

const graph = new Graph(graphBox, connection, select);

const number = { width: 78, isNumber: true };
const channelTable = new DataTable(
  panels.channels,
  [
    { title: 'Id', field: 'channel', width: 52, isNumber: true },
    { title: 'End 0', field: 'from', width: 130 },
    { title: 'End 1', field: 'to', width: 130 },
    { title: 'State', field: 'state', width: 108 },
    { title: 'Path', field: 'path', width: 70 },
    { title: '0 → 1', field: 'sent0', ...number },
    { title: '1 → 0', field: 'sent1', ...number },
    { title: 'Size', field: 'bytes', text: bytesText, ...number },
    { title: '/s', field: 'rate', text: (rate) => String(Math.round(rate)), width: 56, isNumber: true },
    { title: 'Waits', field: 'queue', width: 70, isNumber: true },
    { title: 'Oldest', field: 'oldest', text: (age) => (age > 0 ? agoText(age) : ''), ...number },
    { title: 'Made at', field: 'place' }
  ],
  (id) => select(String(id))
);
const logTable = new DataTable(
  panels.log,
  [
    { title: 'Message', field: 'id', ...number },
    { title: 'Sent', field: 'time', width: 100 },
    { title: 'Channel', field: 'channel', width: 76 },
    { title: 'From', field: 'from', width: 150 },
    { title: 'To', field: 'to', width: 150 },
    { title: 'Read after', field: 'latency', width: 90, isNumber: true, text: (ms) => (ms < 0 ? '' : agoText(ms)) },
    { title: 'Size', field: 'bytes', text: bytesText, ...number },
    { title: 'Value', field: 'value' }
  ],
  (id) => {
    const message = connection.log.find(({ number }) => number === id);
    if (message) details.showMessage(message);
  }
);
const leakTable = new DataTable(
  panels.leaks,
  [
    { title: 'Kind', field: 'kind', width: 110 },
    { title: 'Channel', field: 'channel', width: 76 },
    { title: 'End', field: 'end', width: 50, isNumber: true },
    { title: 'Holder', field: 'holder', width: 160 },
    { title: 'What', field: 'text', width: 360 },
    { title: 'Made at', field: 'place' }
  ],
  (id) => {
    const channel = connection.channels.get(String(id).split(' ', 1)[0]);
    if (!channel) return;
    details.showChannel(channel.id);
    // One click to the place, where it has one.
    void details.openPlace(channel);
  }
);

const tables = { channels: channelTable, log: logTable, leaks: leakTable };

function select(channel: string) {
  details.showChannel(channel);
  draw();
}

const nameOf = (holder: string | undefined) =>
  holder === undefined ? 'unknown' : holderText(connection.holders.get(holder));
/** `main.js:1:2`, of a frame with the name of its function, too. */
const placeOf = ({ stack }: ChannelState) => stack.split('\n', 1)[0].replace(/^.*[\\/]([^\\/]*?)\)?$/, '$1');

function stateOf({ closed, ends, wasFound }: ChannelState): string {
  if (closed) return 'closed';
  if (ends.some(({ isOnItsWay }) => isOnItsWay)) return 'on its way';
  if (wasFound && ends.some(({ holder }) => holder === undefined)) return 'one end is known';
  const started = ends.filter(({ isStarted }) => isStarted).length;
  return started === 2 ? 'open' : started === 1 ? 'one end started' : 'not started';
}

const oldest = ({ oldestUnread, queue }: EndState) =>
  oldestUnread === undefined || queue === 0 ? 0 : Math.round((connection.time - oldestUnread) / 100) * 100;

function channelRow(channel: ChannelState): Row {
  const { id, path, relayed, ends } = channel;
  const [one, other] = ends;
  return {
    id,
    channel: id.includes('/') ? '' : Number(id),
    from: nameOf(one.holder),
    to: nameOf(other.holder),
    state: stateOf(channel),
    path: relayed === undefined ? path : 'relayed',
    sent0: one.sent,
    sent1: other.sent,
    bytes: one.sentBytes + other.sentBytes,
    rate: one.messagesPerSecond + other.messagesPerSecond,
    queue: one.queue + other.queue,
    oldest: Math.max(oldest(one), oldest(other)),
    place: placeOf(channel)
  };
}

function logRow({ number, channel, from, to, time, readTime, bytes, value }: LogState): Row {
  return {
    id: number,
    time: clockText(time),
    channel,
    from: nameOf(from),
    to: nameOf(to),
    latency: readTime === undefined ? -1 : Math.max(0, readTime - time),
    bytes,
    value: valueText(value)
  };
}

function draw() {
  const all = [...connection.channels.values()].filter(
    ({ by, closed }) => (showsRuntime || by === 'app') && (showsClosed || !closed)
  );
  const wanted = search.value.toLowerCase();
  const fits = (row: Row) => wanted === '' || Object.values(row).join(' ').toLowerCase().includes(wanted);
  const isSelected = (channel: string) => !onlySelected || details.channel === undefined || details.channel === channel;

  channelTable.show(all.map(channelRow).filter((row) => fits(row) && isSelected(String(row.id))));
  logTable.show(
    connection.log
      .filter(
        ({ channel }) => (showsRuntime || connection.channels.get(channel)?.by !== 'runtime') && isSelected(channel)
      )
      .map(logRow)
      .filter(fits)
  );
  leakTable.show(
    connection.leaks.map(({ kind, channel: id, end, text }) => {
      const channel = connection.channels.get(id);
      const holder = channel?.ends[end].holder;
      return {
        id: `${id} ${end}`,
        kind,
        channel: id,
        end,
        holder: nameOf(holder),
        text,
        place: channel ? placeOf(channel) : ''
      };
    })
  );
  graph.draw(all, details.channel);
  details.update();

  counts.channels.textContent = String(all.length);
  counts.log.textContent = String(connection.log.length);
  counts.leaks.textContent = String(connection.leaks.length);
  counts.leaks.classList.toggle('bad', connection.leaks.length > 0);
  logButton.ariaPressed = String(connection.isLogging);
  findButton.disabled = connection.isSearching;
  status.textContent = connection.isConnected
    ? `${connection.holders.size} holders${connection.dropped > 0 ? `, ${connection.dropped} events were left out` : ''}`
    : 'the app is gone';
  status.classList.toggle('lost', !connection.isConnected);
}

connection.addEventListener('change', () => {
  if (!isPaused) draw();
});
showPanel('channels');
connection.connect();
