import type { ValueTree } from '@electron/internal/common/value-tree';

import type { End } from './channel';
import type { LogState } from './state';

const maximumMessages = 5000;
/** Characters of JSON, which the values take together. */
const maximumSize = 1 << 24;

interface Entry {
  key: string;
  state: LogState;
  size: number;
  version: number;
}

/** The last messages of all channels, each with when it was sent and read. */
export class MessageLog {
  isOn = false;
  version = 0;
  #entries: Entry[] = [];
  #byMessage = new Map<string, Entry>();
  /** What was read before its sender has told of it. */
  #readFirst = new Map<string, { time: number; to: string | undefined }>();
  #size = 0;
  #last = 0;

  sent(end: End, number: number, time: number, { bytes, value }: { bytes: number; value: ValueTree }) {
    const key = keyOf(end, number);
    const read = this.#readFirst.get(key);
    this.#readFirst.delete(key);
    const size = JSON.stringify(value).length;
    const entry: Entry = {
      key,
      size,
      version: ++this.version,
      state: {
        number: ++this.#last,
        channel: end.channel.id,
        end: end.index,
        from: end.port?.holder,
        to: read?.to ?? end.other.port?.holder,
        time,
        readTime: read?.time,
        bytes,
        value
      }
    };
    this.#entries.push(entry);
    this.#byMessage.set(key, entry);
    this.#size += size;
    while (this.#entries.length > maximumMessages || this.#size > maximumSize) {
      const oldest = this.#entries.shift()!;
      this.#size -= oldest.size;
      this.#byMessage.delete(oldest.key);
    }
  }

  /** @param end the one that read it */
  read(end: End, number: number, time: number) {
    const key = keyOf(end.other, number);
    const entry = this.#byMessage.get(key);
    const to = end.port?.holder;
    if (entry) {
      entry.version = ++this.version;
      Object.assign(entry.state, { readTime: time, to });
      return;
    }
    this.#readFirst.set(key, { time, to });
    if (this.#readFirst.size > maximumMessages) this.#readFirst.delete(this.#readFirst.keys().next().value!);
  }

  /** Those that are new or changed. */
  states(since: number): LogState[] {
    return this.#entries.filter(({ version }) => version > since).map(({ state }) => state);
  }
}

const keyOf = ({ channel, index }: End, number: number) => `${channel.id} ${index} ${number}`;
