import { wireKinds } from '../../common/kinds';

import type { BlobFields } from '../../common/kinds/blob';
import type { HubKind } from './hub-kind';

export const blob: HubKind<Blob, BlobFields> = {
  wire: wireKinds.blob,
  is: (object): object is Blob => object instanceof Blob,
  write(object, outgoing, writer) {
    const range = { start: 0, end: object.size, type: object.type };
    const file = object instanceof File ? object : undefined;
    wireKinds.blob.write({ index: outgoing.hold(object), range, file }, writer);
  },
  open({ index, range: { start, end, type }, file }, { extra }) {
    const part = extra(index, Blob).slice(start, end, type);
    return file ? new File([part], file.name, { type, lastModified: file.lastModified }) : part;
  }
};
