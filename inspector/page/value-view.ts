import type { ValueTree } from '@electron/internal/common/value-tree';

import { element } from './elements';

/** A value as a tree that can be opened. What is in an object is made when it is opened first. */
export function valueView(value: ValueTree, key?: string): HTMLElement {
  const label = key === undefined ? undefined : element('span', { className: 'key', textContent: `${key}: ` });
  if (typeof value === 'string') return element('div', { className: 'leaf' }, label, value);
  const { type, entries, more } = value;
  if (!entries || (entries.length === 0 && !more)) return element('div', { className: 'leaf' }, label, type);
  const view = element('details', {}, element('summary', {}, label, `${type} ${preview(entries)}`));
  view.addEventListener(
    'toggle',
    () => {
      view.append(...entries.map(([name, each]) => valueView(each, name)));
      if (more) view.append(element('div', { className: 'leaf dim', textContent: `and ${more} more` }));
    },
    { once: true }
  );
  return view;
}

const maximumPreview = 80;

function preview(entries: readonly [string, ValueTree][]): string {
  const parts = entries.slice(0, 5).map(([key, each]) => `${key}: ${typeof each === 'string' ? each : each.type}`);
  const text = `{ ${parts.join(', ')}${entries.length > parts.length ? ', …' : ''} }`;
  return text.length > maximumPreview ? `${text.slice(0, maximumPreview)}… }` : text;
}

/** The same in a line. */
export const valueText = (value: ValueTree): string =>
  typeof value === 'string' ? value : value.entries ? `${value.type} ${preview(value.entries)}` : value.type;
