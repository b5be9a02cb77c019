// The classes of Chromium whose objects can be handed over, beside ports, buffers and streams. Script cannot ask: a trial
// would take the object away.

/** They can be cloned as well. */
const both = new Set(['ImageBitmap', 'VideoFrame', 'AudioData']);

const transferOnly = new Set([
  'MediaSourceHandle',
  'MediaStreamTrack',
  'MIDIAccess',
  'OffscreenCanvas',
  'RTCDataChannel',
  'WebTransportReceiveStream',
  'WebTransportSendStream'
]);

export const isTransferOnly = (className: string) => transferOnly.has(className);

export const isTransferable = (className: string) => both.has(className) || transferOnly.has(className);
