import { DomPort } from '@electron/internal/common/dom-port';

// Page script may share this realm (without context isolation), and then redefine all of these. Taken at document start.
const { apply } = Reflect;
const nativeScheduler = scheduler;
const { postTask } = nativeScheduler;
// Without a prototype that page script could give an option of its own to.
const options = Object.assign(Object.create(null), { priority: 'user-blocking' });

/** In a task of its own: see PrivatePort. */
function inTask(task: () => void) {
  apply(postTask, nativeScheduler, [task, options]);
}

/**
 * A DOM port that no page script can get hold of, not even in the same realm.
 *
 * While an event is handled, and in the microtasks after it, `window.event.target` is the port that it happened on, in
 * every world. So nothing but DomPort's code runs then: what has arrived is handed on in a task of its own.
 */
export class PrivatePort extends DomPort {
  constructor(port: MessagePort) {
    super(port, inTask);
  }
}
