// Injected in front of the runtime's script where a preload script names `Buffer`: Electron's sandboxed ones have it.

import { Buffer } from 'buffer';

export { Buffer };
