import { wireKinds } from '../../common/kinds';

import type { HubKind } from './hub-kind';

export const exception: HubKind<DOMException, DOMException> = {
  wire: wireKinds.exception,
  is: (object): object is DOMException => object instanceof DOMException,
  write: (object, _outgoing, writer) => wireKinds.exception.write(object, writer),
  open: (copy) => copy
};
