import { element } from './elements';
import { agoText, bytesText, clockText, holderText } from './texts';
import { valueView } from './value-view';

import type { SourceState } from '../model/source-state';
import type { ChannelState, EndState, LogState } from '../model/state';
import type { Connection } from './connection';

/** What is known of the channel or message that is selected. */
export class Details {
  #container: HTMLElement;
  #connection: Connection;
  #shown: { channel?: string; message?: number } = {};
  /** The place whose source is shown, which stays when the figures change. */
  #source: HTMLElement | undefined;
  #facts = element('div');
  #ends = element('div');
  #laid: { shown: string; source: HTMLElement | undefined } | undefined;

  constructor(container: HTMLElement, connection: Connection) {
    this.#container = container;
    this.#connection = connection;
    this.#hint();
  }

  get channel(): string | undefined {
    return this.#shown.channel;
  }

  showChannel(id: string) {
    if (this.#shown.channel !== id) this.#source = undefined;
    this.#shown = { channel: id };
    this.update();
  }

  showMessage({ number, channel, value, bytes, time, readTime }: LogState) {
    this.#shown = { channel, message: number };
    this.#source = undefined;
    const facts: [string, string][] = [
      ['Channel', channel],
      ['Sent', clockText(time)],
      ['Read', readTime === undefined ? 'not yet' : `after ${agoText(readTime - time)}`],
      ['Size', bytesText(bytes)]
    ];
    const view = element('div', { className: 'tree' }, valueView(value));
    view.querySelector('details')?.setAttribute('open', '');
    this.#container.replaceChildren(
      element('h2', { textContent: `Message ${number}` }),
      list(facts),
      element('h3', { textContent: 'Value' }),
      view
    );
  }

  /** Opens the place where a channel was made. */
  async openPlace(channel: ChannelState, of: 'made' | 'closed' = 'made', frame = 0) {
    const query = new URLSearchParams({ channel: channel.id, of, frame: String(frame) });
    const source: SourceState | null = await fetch(`source?${query}`).then((response) => response.json());
    if (!source) return;
    const { path, line, first, lines, place } = source;
    const box = element('div', { className: 'source' });
    lines.forEach((text, index) => {
      const row = element('div', { textContent: text, className: first + index === line ? 'here' : '' });
      row.dataset.line = String(first + index);
      box.append(row);
    });
    if (lines.length === 0) box.append(element('div', { textContent: `${place}: not a file that can be shown` }));
    const shown = element(
      'div',
      {},
      element('h3', { textContent: 'Source' }),
      path !== undefined &&
        element('a', {
          href: `vscode://file/${encodeURI(path.replace(/^\//, ''))}:${line}:${source.column}`,
          textContent: 'open in the editor'
        }),
      box
    );
    this.#shown = { channel: channel.id };
    this.#source = shown;
    this.update();
    box.querySelector('.here')?.scrollIntoView({ block: 'center' });
  }

  update() {
    const { channel: id, message } = this.#shown;
    if (id === undefined || message !== undefined) return;
    const channel = this.#connection.channels.get(id);
    if (!channel) {
      this.#shown = {};
      this.#hint();
      return;
    }
    const { closed, relayed, path } = channel;
    const facts: [string, string][] = [
      ['Made', `${clockText(channel.time)} by ${channel.by === 'app' ? this.#name(channel.holder) : 'the runtime'}`],
      ['Path', relayed === undefined ? path : `${path}, relayed: ${relayed}`]
    ];
    if (closed) {
      const by = closed.holder === undefined ? '' : `, end ${closed.end} in ${this.#name(closed.holder)}`;
      facts.push(['Closed', `${clockText(closed.time)}${by}: ${closed.why}`]);
    }
    this.#lay(channel);
    this.#facts.replaceChildren(
      element('h2', { textContent: channel.isLink ? `Channel ${id}: IPC` : `Channel ${id}` }),
      list(facts)
    );
    this.#ends.replaceChildren(...channel.ends.flatMap((end, index) => this.#end(end, index)));
  }

  /** What can be clicked stays as it is while the figures change. */
  #lay(channel: ChannelState) {
    const { id, closed, wasFound, stack } = channel;
    const shown = `${id} ${closed?.stack ?? ''}`;
    const isLaid = this.#facts.isConnected && this.#laid?.shown === shown && this.#laid.source === this.#source;
    if (isLaid) return;
    this.#laid = { shown, source: this.#source };
    this.#container.replaceChildren(
      this.#facts,
      ...this.#places(wasFound ? 'First used at' : 'Made at', channel, 'made', stack),
      ...(closed?.stack ? this.#places('Closed at', channel, 'closed', closed.stack) : []),
      ...(this.#source ? [this.#source] : []),
      this.#ends
    );
  }

  #places(title: string, channel: ChannelState, of: 'made' | 'closed', stack: string): HTMLElement[] {
    if (!stack) return [];
    return [
      element('h3', { textContent: title }),
      ...stack.split('\n').map((line, frame) =>
        element('button', {
          className: 'place',
          textContent: line,
          onclick: () => void this.openPlace(channel, of, frame)
        })
      )
    ];
  }

  #end(end: EndState, index: number): HTMLElement[] {
    const { state, isOnItsWay, isStarted, isHeld, isUnreachable, oldestUnread, transfers } = end;
    const states = [
      isOnItsWay ? 'in a message that was not read' : state === 'unwatched' ? 'where nobody watches' : state,
      state !== 'unwatched' && (isStarted ? 'started' : 'not started'),
      isHeld && 'held by script',
      isUnreachable && 'out of reach of script'
    ];
    const facts: [string, string][] = [
      ['Holder', this.#name(end.holder)],
      ['State', states.filter(Boolean).join(', ')],
      ['Sent', `${end.sent} messages, ${bytesText(end.sentBytes)}`],
      ['Rate', `${Math.round(end.messagesPerSecond)} messages/s, ${bytesText(end.bytesPerSecond)}/s`],
      ['Read', `${end.received} messages`],
      ['Waiting', waiting(end.queue, oldestUnread && this.#connection.time - oldestUnread)]
    ];
    return [
      element('h3', { textContent: `End ${index}` }),
      list(facts),
      ...(transfers.length > 0
        ? [
            element('h3', { textContent: `Transfers of end ${index}` }),
            ...transfers.map(({ time, from, to }) =>
              element('div', {
                textContent: `${clockText(time)} ${this.#name(from)} → ${to === undefined ? 'on its way' : this.#name(to)}`
              })
            )
          ]
        : [])
    ];
  }

  #name(holder: string | undefined): string {
    return holder === undefined ? 'unknown' : holderText(this.#connection.holders.get(holder));
  }

  #hint() {
    this.#container.replaceChildren(
      element('p', {
        className: 'dim',
        textContent: 'Select a line, a channel or a message to see what is known of it.'
      })
    );
  }
}

const waiting = (queue: number, age: number | undefined) =>
  age === undefined || queue === 0 ? `${queue} messages` : `${queue} messages, the oldest for ${agoText(age)}`;

const list = (facts: readonly [string, string][]): HTMLElement =>
  element(
    'dl',
    {},
    ...facts.flatMap(([name, value]) => [element('dt', { textContent: name }), element('dd', { textContent: value })])
  );
