// Injected in front of the runtime's script where a preload script names `url`: the package that Electron's sandboxed ones
// have under that name. It has no class URL.

export { format, parse, resolve } from 'url';
