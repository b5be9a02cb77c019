/**
 * The hub's name for this machine. Chromium knows `.localhost` for loopback, hence for secure. A site of its own, because
 * frames of one site share a process: one of 127.0.0.1 would wait for an app's page from there that is busy.
 */
export const HUB_HOST = 'electron-ports.localhost';
