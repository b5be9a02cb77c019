/** @returns the error for a value that cannot be sent: `where` is a path such as `message.a[3]`, `what` such as `a function` */
export function uncloneable(where: string, what: string): DOMException {
  return new DOMException(`An object could not be cloned: ${where} is ${what}.`, 'DataCloneError');
}

/** @returns the error for bytes that are not a value. It is never the sender's value that is wrong, but the bytes. */
export function unreadable(position: number, problem: string): DOMException {
  return new DOMException(`A message could not be read: ${problem} at byte ${position}.`, 'DataCloneError');
}

/** `a Blob`, `an ArrayBuffer` */
export function withArticle(name: string): string {
  return `${/^(?:[AEIOaeio]|HTML|SVG)/.test(name) ? 'an' : 'a'} ${name}`;
}
