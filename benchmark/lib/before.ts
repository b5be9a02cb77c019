/** Another checkout's script/electron-ports.mjs, to compare with; undefined without one. */
export const before = process.env.ELECTRON_PORTS_BEFORE;
