import { wireKinds } from '../../common/kinds';

import type { NodeKind } from './node-kind';

export const exception: NodeKind<DOMException, DOMException> = {
  wire: wireKinds.exception,
  is: (value): value is DOMException => value instanceof DOMException,
  write: (object, _enclosures, writer) => wireKinds.exception.write(object, writer),
  open: (copy) => copy
};
