/** What the main process tells the script that observes ports in a page. Page script cannot read any of it. */
export interface ObserverConfig {
  /** The DevTools binding by which it reports. */
  bindingName: string;
  /** What the events are called that turn the log on and off. */
  controlName: string;
  /** Under which name the script that opens the document's link finds what it needs; undefined where there is none. */
  linkObserverName: string | undefined;
  /** Whether such scripts run in frames inside a page, too. */
  inSubframes: boolean;
  /** What scripts of the runtime's are called in stacks begins with this. */
  ownSource: string;
  log: boolean;
}

/** Makes the channel of a document's link as one that is observed. */
export type LinkObserver = (key: string) => { near: MessagePort; far: MessagePort };
