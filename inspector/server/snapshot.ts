import { findLeaks } from '../model/leaks';

import type { PortModel } from '../model/port-model';
import type { Update } from '../model/state';

/** What has been seen of the model. */
export interface Seen {
  version: number;
  log: number;
}

export const nothingSeen: Seen = { version: 0, log: 0 };

/** The model at a moment, as the page gets it. */
export class Snapshot {
  /** When leaks were last looked for. */
  searched = 0;
  isSearching = false;
  #model: PortModel;
  #now: () => number;

  constructor(model: PortModel, now: () => number) {
    this.#model = model;
    this.#now = now;
  }

  /** What changed since. */
  since(seen: Seen): { update: Update; seen: Seen } {
    const model = this.#model;
    const now = this.#now();
    const update: Update = {
      type: 'update',
      time: now,
      holders: model.holderStates(seen.version),
      channels: model.channelStates(seen.version, now),
      forgotten: model.forgotten(seen.version),
      leaks: findLeaks(
        [...model.channels].flatMap(({ ends }) => ends),
        now,
        this.searched
      ),
      log: model.log.states(seen.log),
      isLogging: model.log.isOn,
      searched: this.searched,
      isSearching: this.isSearching,
      dropped: model.dropped
    };
    return { update, seen: { version: model.version, log: model.log.version } };
  }
}
