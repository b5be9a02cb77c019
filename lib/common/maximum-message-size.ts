/**
 * In bytes: how much one message may hold, its buffers included, and the Blobs that a worker thread gets with it. Chromium
 * ends a renderer that has no memory for a message, so the limit is well below what it can take.
 */
export const maximumMessageSize = 512 * 1024 * 1024;
