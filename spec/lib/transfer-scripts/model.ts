/** An end of a channel, as the rules have it. Its other end is the one with the number that differs in the last bit. */
export interface ModelEnd {
  id: number;
  /** Who holds it; undefined while it is in a message that was not read, or is gone. */
  at: string | undefined;
  /** The end whose unread messages it is in. */
  inside: ModelEnd | undefined;
  /** The end by which it came to its owner. */
  cameBy: ModelEnd | undefined;
  isGone: boolean;
  isStarted: boolean;
  /** Whether it was started where it left, which may still read until everything has settled. */
  isLeaving: boolean;
  hop: number;
  /** How many messages were posted from it. */
  posted: number;
  /** The ends in each message that has not been read. */
  unread: ModelEnd[][];
}

/**
 * What is to become of ends and messages, without the time that anything takes: a message is read as soon as it is posted
 * to an end that is started. What runs is made to agree where it matters to who holds what (see `Command`).
 */
export class Model {
  readonly ends: ModelEnd[] = [];

  at(owner: string): ModelEnd[] {
    return this.ends.filter((end) => end.at === owner);
  }

  held(): ModelEnd[] {
    return this.ends.filter((end) => end.at !== undefined);
  }

  peerOf(end: ModelEnd): ModelEnd {
    return this.ends[end.id ^ 1];
  }

  /** A channel between two ends of the main process. */
  open(): [ModelEnd, ModelEnd] {
    return [this.#add(), this.#add()];
  }

  #add(): ModelEnd {
    const end: ModelEnd = {
      id: this.ends.length,
      at: 'main',
      inside: undefined,
      cameBy: undefined,
      isGone: false,
      isStarted: false,
      isLeaving: false,
      hop: 0,
      posted: 0,
      unread: []
    };
    this.ends.push(end);
    return end;
  }

  /** What an owner has to have got before it may send an end on, or close it: what was in the messages that it read. */
  readBy(end: ModelEnd): ModelEnd[] {
    return this.ends.filter((each) => each.at === end.at && each.cameBy === end);
  }

  /** Node closes a port for good when its other end has closed: a worker thread cannot send such a one on. */
  canTravel(end: ModelEnd): boolean {
    return end.at !== 'worker' || !this.peerOf(end).isGone;
  }

  /** Whether `end` can go over `over`: not to itself, nor to where it would be out of reach of every owner. */
  canGoOver(end: ModelEnd, over: ModelEnd): boolean {
    const target = this.peerOf(over);
    if (end === over || end.at !== over.at || target.isGone || !this.canTravel(end)) return false;
    for (let each: ModelEnd | undefined = target; each; each = each.inside) if (each === end) return false;
    return true;
  }

  /** Posts a message from `over`, with these ends. Returns its number. */
  post(over: ModelEnd, ends: ModelEnd[]): number {
    const target = this.peerOf(over);
    for (const end of ends) this.#depart(end);
    if (target.isGone) for (const end of ends) this.#lose(end);
    else if (target.isStarted) this.#arrive(ends, target.at!, target);
    else this.#wait(ends, target);
    return over.posted++;
  }

  give(ends: ModelEnd[], to: string) {
    for (const end of ends) this.#depart(end);
    this.#arrive(ends, to, undefined);
  }

  start(end: ModelEnd) {
    end.isStarted = true;
    for (const ends of end.unread.splice(0)) this.#arrive(ends, end.at!, end);
  }

  close(end: ModelEnd) {
    this.#lose(end);
  }

  kill(owner: string) {
    for (const end of this.at(owner)) this.#lose(end);
  }

  /** Starts every end that there is, and those that come to light by it. */
  startAll() {
    for (let some = true; some; ) {
      const ends = this.held().filter((end) => !end.isStarted);
      for (const end of ends) this.start(end);
      some = ends.length > 0;
    }
  }

  /** Every owner has done what it was told. */
  settle() {
    for (const end of this.ends) end.isLeaving = false;
  }

  #depart(end: ModelEnd) {
    end.at = end.cameBy = undefined;
    end.isLeaving ||= end.isStarted;
    end.isStarted = false;
    end.hop++;
  }

  #arrive(ends: ModelEnd[], at: string, by: ModelEnd | undefined) {
    for (const end of ends) Object.assign(end, { at, inside: undefined, cameBy: by });
  }

  #wait(ends: ModelEnd[], target: ModelEnd) {
    for (const end of ends) end.inside = target;
    target.unread.push(ends);
  }

  #lose(end: ModelEnd) {
    end.isGone = true;
    end.at = end.inside = undefined;
    for (const each of end.unread.splice(0).flat()) this.#lose(each);
  }
}
