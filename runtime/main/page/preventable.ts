/** An event that a listener can prevent the consequence of. */
export interface Preventable {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

/** @param more further properties of the event */
export function preventable<More extends object>(more?: More): Preventable & More {
  let prevented = false;
  return {
    ...(more as More),
    get defaultPrevented() {
      return prevented;
    },
    preventDefault() {
      prevented = true;
    }
  };
}
