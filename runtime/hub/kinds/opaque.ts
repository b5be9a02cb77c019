import { classNameOf } from '../../common/clone';
import { wireKinds } from '../../common/kinds';
import { isTransferOnly } from '../../common/kinds/opaque';

import type { OpaqueFields } from '../../common/kinds/opaque';
import type { HubKind } from './hub-kind';

/** Any other object of the platform's own. No client can hold it, so the hub does. */
export const opaque: HubKind<object, OpaqueFields> = {
  wire: wireKinds.opaque,
  is: (object): object is object => classNameOf(object) !== null,
  write(object, outgoing, writer) {
    const className = classNameOf(object)!;
    if (isTransferOnly(className)) outgoing.list(object as Transferable);
    wireKinds.opaque.write({ index: outgoing.hold(object), className, isTransferred: false }, writer);
  },
  open({ index, isTransferred }, { extra, list }) {
    const object = extra(index, Object);
    return isTransferred ? list(object as Transferable) : object;
  }
};
