// Linters and formatters, and two checks that they don't have: no spec left on `.only`, and no link that leads nowhere.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { runFormatters } from './formatters';
import { readMarkdown } from './markdown';
import { bin, files, root, run } from './tools';

/** A `.only` left behind would turn the whole suite into one test that passes. */
function findOnly(): string[] {
  return files('spec', /\.[cm]?[jt]s$/).flatMap((path) =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        /\b(describe|context|suite|it|specify|test)\.only\b/.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : []
      )
  );
}

/** Links inside the repository; what other sites hold is theirs to keep. */
function findBrokenLinks(): string[] {
  return files('.', /\.md$/).flatMap((path) => {
    const { links, undefinedReferences } = readMarkdown(path);
    const broken = links.filter((link) => {
      if (/^[a-z]+:/i.test(link)) return false;
      const [file, anchor] = link.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !readMarkdown(target).anchors.has(anchor);
    });
    return [...broken, ...undefinedReferences].map((link) => `${path}: ${link}`);
  });
}

const failed: string[] = [];
if (run(bin('oxlint'), ['.']) !== 0) failed.push('oxlint');
failed.push(...runFormatters('check'));
for (const [name, find] of Object.entries({ '.only in specs': findOnly, 'broken links': findBrokenLinks })) {
  const found = find();
  if (found.length === 0) continue;
  failed.push(name);
  console.log(`${name}:\n${found.map((line) => `  ${line}\n`).join('')}`);
}
if (failed.length > 0) console.log(`lint failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
