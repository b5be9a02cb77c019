import { classNameOf, isPlainObject, withArticle, writeValue } from '../common/clone';
import { isTransferOnly } from '../common/kinds/opaque';
import { maximumMessageDepth } from '../common/message-depth';
import { nativeStructuredClone } from './intrinsics';

/**
 * Where in a message that Blink refused there is something that it refuses, and what. Getters run once more, so what it
 * says holds for a message that stays as it is.
 * @param name what the text calls the message
 * @param wrapping how many objects of the runtime's own are around what script gave
 * @returns `An object could not be cloned: message.a.b[3] is a function.`; undefined when nothing is found
 */
export function explainRefusal(
  message: unknown,
  transfer: readonly object[],
  name: string,
  wrapping: number
): string | undefined {
  try {
    writeValue(message, {
      name,
      maxDepth: maximumMessageDepth + wrapping,
      transfer: transfer.filter((item) => item instanceof ArrayBuffer),
      delegate: {
        writeHostObject(object, writer) {
          if (transfer.includes(object)) return true;
          const className = isPlainObject(object) ? null : classNameOf(object);
          if (className === null) return false;
          if (className === 'MessagePort') throw writer.refuse('a port that is not in the transfer list');
          if (isTransferOnly(className)) {
            throw writer.refuse(`${withArticle(className)} that is not in the transfer list`);
          }
          return isCloneable(object);
        }
      }
    });
    return undefined;
  } catch (error) {
    // A getter may have thrown something of its own, this time.
    const text: unknown = error instanceof DOMException && error.message;
    return typeof text === 'string' && text.startsWith(`An object could not be cloned: ${name}`) ? text : undefined;
  }
}

/** An object with state that script cannot see: only the platform knows. */
function isCloneable(object: object): boolean {
  try {
    nativeStructuredClone(object);
    return true;
  } catch {
    return false;
  }
}
