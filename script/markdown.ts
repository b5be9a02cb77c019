// Reads the repository's Markdown: its links, its headings and its tables.

import MarkdownIt from 'markdown-it';

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './tools';

import type { Token } from 'markdown-it';

const parser = new MarkdownIt({ html: true });

export interface Markdown {
  /** Where each link and picture points, as written. */
  links: string[];
  /** The names that a code host gives the headings: what `#...` in a link may say. */
  anchors: Set<string>;
  /** `[text][name]` whose name is not defined. */
  undefinedReferences: string[];
  /** The rows of all tables, heads left out; of each cell the text of its code spans. */
  rows: string[][][];
}

/** As GitHub does it: lower case, punctuation gone, spaces to hyphens, a number on the second of a name. */
function anchorsOf(headings: string[]): Set<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const name = heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\p{Mark}_\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = name;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${name}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

const codesIn = (token: Token): string[] =>
  (token.children ?? []).filter(({ type }) => type === 'code_inline').map(({ content }) => content);

/** @param path relative to the repository */
export function readMarkdown(path: string): Markdown {
  const text = readFileSync(join(root, path), 'utf8').replace(/^---\n[^]*?\n---\n/, '');
  const tokens = parser.parse(text, {});
  const links: string[] = [];
  const headings: string[] = [];
  const undefinedReferences: string[] = [];
  const rows: string[][][] = [];
  tokens.forEach((token, i) => {
    if (token.type === 'tr_open' && tokens[i - 1].type !== 'thead_open') rows.push([]);
    if (token.type === 'td_open') rows.at(-1)?.push(codesIn(tokens[i + 1]));
    for (const html of [token, ...(token.children ?? [])]) {
      if (!html.type.startsWith('html_')) continue;
      for (const [, target] of html.content.matchAll(/\b(?:src|href|srcset)="([^"]+)"/g)) links.push(target);
    }
    if (token.type !== 'inline') return;
    const children = token.children ?? [];
    if (tokens[i - 1].type === 'heading_open') {
      headings.push(children.map(({ type, content }) => (type.startsWith('html_') ? '' : content)).join(''));
    }
    for (const child of children) {
      const target = child.attrGet('href') ?? child.attrGet('src');
      if (target !== null) links.push(decodeURI(target));
      if (child.type === 'text') undefinedReferences.push(...(child.content.match(/\]\[[^\]]*\]/g) ?? []));
    }
  });
  return { links, anchors: anchorsOf(headings), undefinedReferences, rows };
}
