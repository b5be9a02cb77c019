import { expect } from 'chai';

import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { App } from './lib/apps';
import { installPackage, temporaryFolder } from './lib/files';
import { isStock } from './lib/needs';

import type {} from './lib/without-windows';

const root = process.cwd();

/** An app in docs/your-app.md. */
interface DocumentedApp {
  title: string;
  files: Record<string, string>;
  /** The arguments of the command, and lines that it prints, in this order. */
  args: string[];
  prints: string[];
}

/** A file's first line names it, and the command's is its own. */
function readApps(): DocumentedApp[] {
  const page = readFileSync(join(root, 'docs', 'your-app.md'), 'utf8');
  return page
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const blocks = [...section.matchAll(/^```(\w+)\n([^]*?)^```$/gm)];
      const output = blocks.find(([, language]) => language === 'text')?.[2];
      if (!output) return [];
      const [command, ...prints] = output.trim().split('\n');
      const files = blocks.flatMap(([, , text]) => {
        const name = /^(?:\/\/|<!--) (\S+)/.exec(text)?.[1];
        return name ? [[name, text]] : [];
      });
      const args = command.replace('$ npx electron-ports ', '').split(' ');
      return [{ title: section.split('\n', 1)[0], files: Object.fromEntries(files), args, prints }];
    });
}

describe('docs/your-app.md', () => {
  for (const { title, files, args, prints } of readApps()) {
    it(`has an app that runs: ${title}`, async function () {
      globalThis.skipWithoutWindows?.('a window');
      const [major, minor] = process.versions.node.split('.').map(Number);
      // What the stock runtime's command offers, and needs Node.js 20.14 for.
      if (args[0] === '--test' && (!isStock || (major === 20 && minor < 14))) this.skip();
      const inside = Object.entries(files).map(([name, text]) => [join('app', name), text]);
      const outer = temporaryFolder(Object.fromEntries(inside));
      installPackage(outer);
      const folder = join(outer, 'app');
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
      const script = args.pop()!;
      const { code, lines, errors } = await new App([...args, join(folder, script)]).ended;
      expect(code, `${lines.join('\n')}${errors}`).to.equal(0);
      // A terminal's tests are told in other signs.
      expect(lines.map((line) => line.replace(/^ℹ /, '# ')).filter((line) => prints.includes(line))).to.deep.equal(
        prints
      );
    }).timeout(60_000);
  }
});
