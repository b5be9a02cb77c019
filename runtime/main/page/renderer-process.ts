let lastId = 0;

/** What renders a document, as far as the app tells one from another. */
export class RendererProcess {
  /** Stands for Chromium's own number, which DevTools does not tell, and is known from the start. */
  readonly id = ++lastId;
  /** The operating system's; 0 while it is not known. */
  pid = 0;
}
