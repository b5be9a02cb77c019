// What a document and the main process say to each other over the document's link.

export type ToDocument =
  /** The document's ports for internal channels, by name. The first message, and the sign that the link works. */
  | ['grant', ports: Record<string, any>]
  | ['send', channel: string, args: unknown[]]
  /** The message's ports come with it. */
  | ['post', channel: string, message: unknown]
  /** The answer to that message is next, in case that it cannot be read. */
  | ['answering', number: number]
  /** To the document's message of that number, counted from 1; one that could not be read has an error for an answer. */
  | ['reply', number: number, outcome: InvokeOutcome];

/** Besides, a bare number says that the message of that number, counted from 1, has arrived with its ports: the hub keeps that. */
export type FromDocument =
  | ['send', channel: string, args: unknown[]]
  | ['post', channel: string, message: unknown]
  | ['invoke', channel: string, args: unknown[]];

/** `error` is a text, as in Electron. */
export type InvokeOutcome = { error: string } | { result: unknown };
