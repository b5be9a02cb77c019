import type { PortRecord } from '@electron/internal/common/port-reporter';

class Returned {
  constructor(object: object) {
    return object;
  }
}

/** Puts a record on an object of the realm, where no script can see it: in a private field. A heap snapshot does. */
export class Stamp extends Returned {
  #record: PortRecord;

  private constructor(object: object, record: PortRecord) {
    super(object);
    this.#record = record;
  }

  static #put(object: object, record: PortRecord): object {
    return new Stamp(object, record);
  }

  static of(object: object): PortRecord | undefined {
    return #record in object ? object.#record : undefined;
  }

  static isOn(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #record in value;
  }

  static set(object: object, record: PortRecord) {
    if (#record in object) object.#record = record;
    else Stamp.#put(object, record);
  }
}
