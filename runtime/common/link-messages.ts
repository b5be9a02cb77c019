// What a document and the main process say to each other over the document's link.

export type ToDocument =
  /** The link works; the frame that brought it about may go. */
  | ['linked']
  | ['send', channel: string, args: unknown[]]
  /** The message's ports come with it. */
  | ['post', channel: string, message: unknown]
  | ['reply', id: number, outcome: InvokeOutcome];

export type FromDocument =
  | ['send', channel: string, args: unknown[]]
  | ['post', channel: string, message: unknown]
  | ['invoke', id: number, channel: string, args: unknown[]];

/** `error` is a text, as in Electron. */
export type InvokeOutcome = { error: string } | { result: unknown };
