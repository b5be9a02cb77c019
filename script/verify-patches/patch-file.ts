// One file of patches/: what is in it, and what is wrong with it that can be told without the tree it is for.

/** What a patch does to one file of upstream. */
export interface FileChange {
  path: string;
  added: number;
  removed: number;
}

export interface PatchFile {
  changes: FileChange[];
  /** In words, each without a full stop. */
  problems: string[];
}

/** More would be upstream's text in this repository, for nothing. */
const maxContext = 3;

/** A description that is shorter says what, but not why. */
const minDescription = 100;

/** The name that Electron's tools give to a patch with that subject. */
export function fileNameFor(subject: string): string {
  return `${subject
    .replace(/[^A-Za-z0-9-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase()}.patch`;
}

/** The lines of context before the first and after the last change of every run of them. */
function longestContext(hunk: string[]): number {
  const between = hunk
    .map((line) => line[0] ?? ' ')
    .join('')
    .split(/[+-]+/);
  const inside = between.slice(1, -1).map((run) => run.length / 2);
  return Math.max(between[0].length, between.at(-1)!.length, ...inside);
}

function readHeader(header: string, name: string): string[] {
  const problems: string[] = [];
  if (!/^From 0{40} /.test(header)) problems.push('does not begin with a zeroed `From`');
  const subject = /^Subject: (.+)$/m.exec(header)?.[1];
  if (!subject) problems.push('has no subject');
  else if (fileNameFor(subject) !== name) problems.push(`is not named as its subject is (${fileNameFor(subject)})`);
  const description = header.slice(header.indexOf('\n\n') + 2).trim();
  if (description.length < minDescription) problems.push('does not say why it is needed');
  if (!/\bcan go\b/i.test(description)) problems.push('does not say when it can go ("Can go when ...")');
  return problems;
}

/** Reads a patch in the format of `git format-patch`, as Electron keeps them. */
export function readPatchFile(name: string, text: string): PatchFile {
  const [header, ...diffs] = text.split(/^(?=diff --git )/m);
  const problems = readHeader(header, name);
  if (diffs.length === 0) problems.push('changes nothing');

  const changes = diffs.map((diff): FileChange => {
    const path = /^diff --git a\/(\S+) b\/\1$/m.exec(diff)?.[1];
    if (!path) {
      problems.push(`has a change that is not of one file (${diff.split('\n', 1)[0]})`);
      return { path: '', added: 0, removed: 0 };
    }
    if (/^(new|deleted) file mode /m.test(diff)) {
      problems.push(`makes or deletes ${path}: new files belong to the overlay, old ones are left out of the build`);
    }
    const [, ...hunks] = diff.split(/^@@ /m);
    let added = 0;
    let removed = 0;
    for (const hunk of hunks) {
      const [range, ...body] = hunk.replace(/\n$/, '').split('\n');
      const lines = body.filter((line) => !line.startsWith('\\'));
      const count = (signs: string) => lines.filter((line) => signs.includes(line[0] ?? ' ')).length;
      const [, before = '1', after = '1'] = /^-\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(range) ?? [];
      if (Number(before) !== count(' -') || Number(after) !== count(' +')) {
        problems.push(`has a hunk of ${path} whose line counts are wrong (@@ ${range})`);
      }
      if (longestContext(lines) > maxContext) {
        problems.push(`has a hunk of ${path} with more than ${maxContext} lines of context (@@ ${range})`);
      }
      if (lines.some((line) => /^\+.*[ \t]$/.test(line))) problems.push(`adds trailing white space to ${path}`);
      added += count('+');
      removed += count('-');
    }
    return { path, added, removed };
  });
  return { changes, problems };
}
