import { filesIn } from '@electron/internal/renderer/files-in-message';

import { expect } from 'chai';

/** Ports as a message brings them. It only matters which they are. */
const [one, other] = [{}, {}] as MessagePort[];

describe('the files in a message', () => {
  const file = { transferredFile: one };

  it('are found anywhere in it', () => {
    const second = { transferredFile: other };
    const places = [
      file,
      [file],
      { a: { b: [0, file] } },
      new Map([[file, 1]]),
      new Map([[1, file]]),
      new Set([file]),
      Object.assign([1], { x: file }),
      Object.assign(new Error('x'), { file })
    ];
    for (const place of places) expect(filesIn(place, [one])).to.deep.equal([file]);
    expect(filesIn({ file, second }, [one, other])).to.have.members([file, second]);
  });

  it('are found once, in a value that holds itself, too', () => {
    const value: unknown[] = [file, file];
    value.push(value, { value });
    expect(filesIn(value, [one])).to.deep.equal([file]);
  });

  it('have a port that came with the message, and nothing else', () => {
    const others = [
      { transferredFile: other },
      { transferredFile: {} },
      { transferredFile: one, name: 'more' },
      { notAFile: one },
      one,
      null,
      'transferredFile'
    ];
    expect(filesIn(others, [one])).to.be.empty;
  });

  it('are found however deep and wide it is', () => {
    let deep: unknown = file;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(filesIn(deep, [one])).to.deep.equal([file]);
    expect(filesIn([new Array(100_000).fill(0), new Float64Array(1e6), file], [one])).to.deep.equal([file]);
  });
});
