import type { HolderState } from '../model/state';

const units = ['B', 'KB', 'MB', 'GB'];

export function bytesText(bytes: number): string {
  let unit = 0;
  for (; bytes >= 1000 && unit < units.length - 1; unit++) bytes /= 1000;
  return `${bytes >= 100 || unit === 0 ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit]}`;
}

export function agoText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const seconds = milliseconds / 1000;
  return seconds < 90 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
}

export const clockText = (time: number): string => new Date(time).toISOString().slice(11, 23);

/** The end of a path or URL, which tells most. */
export function shortName(name: string): string {
  if (name.startsWith('data:')) return /<title>([^<]*)/.exec(decodeURIComponentSafely(name))?.[1] || 'data:';
  const [path] = name.split(/[?#]/, 1);
  const parts = path.split(/[\\/]/).filter(Boolean);
  return parts.slice(-2).join('/') || name;
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const kinds = { main: '', utility: '', frame: '', worker: 'worker ', 'worker-threads': '' };

export function holderText(holder: HolderState | undefined): string {
  if (holder?.kind === 'main') return holder.name === 'Electron' ? 'main' : `main of ${holder.name}`;
  return holder ? `${kinds[holder.kind]}${shortName(holder.name)}` : 'unknown';
}
