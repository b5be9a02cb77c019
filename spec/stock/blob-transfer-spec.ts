import { blobTransfer } from '@electron/internal/browser/blobs/blob-transfer';

import { expect } from 'chai';

import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defer } from '../lib/defer';

const MiB = 2 ** 20;

/** Reads a part of a Blob as a binding does. */
const read = (blob: object, start: number, end: number) =>
  new Promise<ArrayBuffer | undefined>((resolve) => blobTransfer.read(blob, start, end, resolve));

/** A blob as a binding holds it, with a note of everything that was read of it. */
function store(bytes: Buffer) {
  const ranges: [start: number, end: number][] = [];
  const remote: ElectronInternal.StoredBlob = {
    read(start, end, deliver) {
      ranges.push([start, end]);
      setImmediate(() => deliver(new Uint8Array(bytes.subarray(start, end)).buffer));
    }
  };
  return { remote, ranges };
}

const lost: ElectronInternal.StoredBlob = { read: (_start, _end, deliver) => setImmediate(deliver, undefined) };

// What the fork passes on Blobs with. Here the binding is the test; that of the stock runtime has a shorter way.
describe('blobTransfer', () => {
  it('knows Blobs and Files from everything else', () => {
    expect(blobTransfer.isBlob(new Blob([]))).to.equal(true);
    expect(blobTransfer.isBlob(new File([], 'x'))).to.equal(true);
    expect(blobTransfer.isBlob({})).to.equal(false);
    expect(blobTransfer.describe(Object.create(Blob.prototype))).to.equal(undefined);
    expect(blobTransfer.describe(Object.create(File.prototype))).to.equal(undefined);
  });

  it('describes a Blob and a File of Node’s by what they are, whatever the app made of their properties', () => {
    const blob = Object.defineProperty(new Blob(['häl'], { type: 'Text/Plain' }), 'size', { value: 100 });
    expect(blobTransfer.describe(blob)).to.deep.equal({ size: 4, type: 'text/plain' });
    const file = new File(['abc'], 'ü.txt', { type: 'a/b', lastModified: 1234 });
    expect(blobTransfer.describe(file)).to.deep.equal({ size: 3, type: 'a/b', name: 'ü.txt', lastModified: 1234 });
  });

  it('reads a part of them', async () => {
    expect(Buffer.from((await read(new Blob(['0123', '456789']), 2, 6))!).toString()).to.equal('2345');
  });

  it('delivers nothing of what cannot be read any more', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'blob-transfer-'));
    defer(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'contents');
    await writeFile(path, 'will change');
    const blob = await openAsBlob(path);
    await truncate(path, 3);
    expect(await read(blob, 0, 11)).to.equal(undefined);
  });

  it('makes a Blob that is read piece by piece, as far as it is asked for', async () => {
    const bytes = Buffer.alloc(3 * MiB + 1);
    for (let i = 0; i < bytes.length; i++) bytes[i] = i * 31 + (i >> 8);
    const { remote, ranges } = store(bytes);
    const blob = blobTransfer.receive(remote, { size: bytes.length, type: 'a/b' }) as Blob;
    expect(blob).to.be.an.instanceOf(Blob).and.not.an.instanceOf(File);
    expect([blob.size, blob.type]).to.deep.equal([bytes.length, 'a/b']);
    expect(ranges).to.deep.equal([]);
    const reader = blob.stream().getReader();
    await reader.read();
    expect(ranges.length).to.be.at.most(2);
    await reader.cancel();
    ranges.length = 0;
    expect(Buffer.from(await blob.arrayBuffer()).equals(bytes)).to.equal(true);
    expect(ranges).to.deep.equal([
      [0, MiB],
      [MiB, 2 * MiB],
      [2 * MiB, 3 * MiB],
      [3 * MiB, 3 * MiB + 1]
    ]);
  });

  it('makes a File, with the present time where there is none', async () => {
    const details = { size: 3, type: '', name: 'name', lastModified: 5 };
    const file = blobTransfer.receive(store(Buffer.from('abc')).remote, details) as File;
    expect(file).to.be.an.instanceOf(File);
    expect([file.name, file.lastModified, await file.text()]).to.deep.equal(['name', 5, 'abc']);
    const before = Date.now();
    const undated = blobTransfer.receive(lost, { ...details, lastModified: undefined }) as File;
    expect(undated.lastModified).to.be.within(before, Date.now());
  });

  it('fails with a NotReadableError where the bytes are gone', async () => {
    const blob = blobTransfer.receive(lost, { size: 3, type: '' }) as Blob;
    for (const reading of [blob.text(), blob.arrayBuffer(), blob.slice(1).text(), blob.stream().getReader().read()]) {
      const error = await reading.catch((reason: unknown) => reason);
      expect(error).to.be.an.instanceOf(DOMException);
      expect(error).to.include({ name: 'NotReadableError', message: 'The bytes of the Blob could not be read.' });
    }
    expect(await read(blob, 0, 3)).to.equal(undefined);
  });

  it('describes what came as itself, and a part of it as bytes', async () => {
    const { remote, ranges } = store(Buffer.from('0123456789'));
    const details = { size: 10, type: 'a/b', name: 'digits', lastModified: 9 };
    const file = blobTransfer.receive(remote, details) as File;
    expect(blobTransfer.describe(file)).to.deep.equal({ ...details, remote });
    expect(blobTransfer.describe(file.slice(0, 10, 'A/b'))).to.deep.equal({ size: 10, type: 'a/b', remote });
    for (const [part, size, type] of [
      [file.slice(2, 4, 'p/q'), 2, 'p/q'],
      [file.slice(), 10, '']
    ] as const) {
      expect(blobTransfer.describe(part)).to.deep.equal({ size, type, remote: undefined });
    }
    expect(ranges).to.deep.equal([]);
    expect(Buffer.from((await read(file.slice(2, 8), 1, 3))!).toString()).to.equal('34');
    expect(ranges).to.deep.equal([[3, 5]]);
  });
});
