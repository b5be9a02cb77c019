// Writes shell/test/data/blink-values.json: what a real Chromium makes of values, byte for byte, for the tests of
// our own structured clone. Blink does not expose its bytes, so they are read from where it stores them: IndexedDB's
// files, and for Blobs, which are something else there, those of its sessions, where `history.state` is. Run by hand, when
// Chromium's format changes: `node script/run.mjs record-blink-values`.

import { launch } from 'puppeteer-core';

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findChromium } from '../runtime/main/chromium/find';
import { root } from './tools';

import type { AddressInfo } from 'node:net';

/** Expressions. Small ones: IndexedDB compresses what is larger than some dozen bytes. */
const sources = [
  'undefined',
  'null',
  'true',
  'false',
  '0',
  '-1',
  '2 ** 30',
  '1.5',
  '-0',
  'NaN',
  'Infinity',
  '2n ** 70n',
  '-1n',
  '""',
  '"plain"',
  '"Grüße"',
  '"\\u0431\\u0432"',
  '"\\ud800"',
  '[true, "\\u0431"]',
  'Object(true)',
  'Object("x")',
  'Object(7)',
  'Object(7n)',
  'new Date(1234567890)',
  'new Date(NaN)',
  '/a+/gi',
  '[]',
  '[1, 2, 3]',
  '[1, , 3]',
  '[1.5, 2.5]',
  '["a", ["b"]]',
  'Object.assign([1], { x: 2 })',
  '({})',
  '({ a: 1, b: { c: 2 } })',
  '({ 1: 2, z: 3 })',
  '(() => { const o = {}; o.o = o; return o; })()',
  '(() => { const o = {}; return [o, o]; })()',
  'new Map([["k", 1]])',
  'new Set([1, "2"])',
  'new ArrayBuffer(3)',
  'new ArrayBuffer(2, { maxByteLength: 9 })',
  'new Uint8Array([1, 2, 3])',
  'new Uint16Array([1, 2]).subarray(1)',
  'new Float64Array([0.5])',
  'new DataView(new ArrayBuffer(4), 1, 2)',
  '(() => { const b = new ArrayBuffer(2); return [b, new Int8Array(b)]; })()',
  'new DOMException("m", "AbortError")'
];

/** Of objects that only Blink can have, or promises of them. */
const opaqueSources = [
  'new DOMMatrix([1, 2, 3, 4, 5, 6])',
  'DOMMatrixReadOnly.fromMatrix({ m11: 7, m43: 1.1, is2D: false })',
  'new DOMPoint(1.1, 2.2, 3.3, 4.4)',
  'new DOMRectReadOnly(1.1, 2.2, 3.3, 4.4)',
  'new DOMQuad({ x: 1.1 }, { y: 2.2 })',
  'new ImageData(Uint8ClampedArray.of(9, 8, 7, 6), 1, 1)',
  'new ImageData(1, 1, { colorSpace: "display-p3" })',
  'createImageBitmap(new ImageData(Uint8ClampedArray.of(9, 8, 7, 6), 1, 1))',
  'crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"])',
  'crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256", length: 64 }, true, ["sign"])',
  'crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]).then((pair) => pair.publicKey)',
  'crypto.subtle.generateKey("Ed25519", true, ["sign"]).then((pair) => pair.publicKey)',
  'crypto.subtle.importKey("raw", Uint8Array.of(1, 2), "PBKDF2", false, ["deriveBits"])',
  'crypto.subtle.generateKey({ name: "RSA-OAEP", hash: "SHA-256", modulusLength: 1024, ' +
    'publicExponent: Uint8Array.of(1, 0, 1) }, true, ["encrypt", "decrypt"]).then((pair) => pair.publicKey)',
  'navigator.storage.getDirectory()',
  'navigator.storage.getDirectory().then((folder) => folder.getFileHandle("f.txt", { create: true }))',
  'new QuotaExceededError("m", { quota: 1.5 })'
];

/** Blobs and Files, all of the same bytes. */
const blobSources = [
  'new Blob(["hello"])',
  'new Blob(["hello"], { type: "text/plain" })',
  'new File(["hello"], "name.txt", { type: "a/b", lastModified: 1234567890123 })',
  'new File(["hello"], "Grüße", { lastModified: 0 })'
];

/** The log of LevelDB: blocks of 32 KiB with records of `crc:u32 length:u16 type:u8`, of which several may be one. */
function* readLog(log: Buffer): Generator<Buffer> {
  const blockSize = 32768;
  let parts: Buffer[] = [];
  for (let at = 0; at + 7 <= log.length; ) {
    const left = blockSize - (at % blockSize);
    const length = log.readUInt16LE(at + 4);
    const type = log[at + 6];
    if (left < 7 || type === 0) {
      at += left;
      continue;
    }
    parts.push(log.subarray(at + 7, at + 7 + length));
    at += 7 + length;
    const isLast = type === 1 || type === 4;
    if (isLast) {
      yield Buffer.concat(parts);
      parts = [];
    }
  }
}

/** The entries that a batch puts: `sequence:u64 count:u32`, then `1 key value` or `0 key`, with varint lengths. */
function* readBatch(batch: Buffer): Generator<{ key: Buffer; value: Buffer }> {
  let at = 12;
  const readVarint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = batch[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const readBytes = () => {
    const length = readVarint();
    at += length;
    return batch.subarray(at - length, at);
  };
  while (at < batch.length) {
    const isPut = batch[at++] === 1;
    const key = readBytes();
    if (isPut) yield { key, value: readBytes() };
  }
}

/** The bytes of one value: from Blink's version on; before it IndexedDB puts a number of its own. */
const envelope = Buffer.from([0xff, 0x15, 0xfe]);

interface Recorded {
  browser: string;
  values: { source: string; hex: string }[];
  opaque: { source: string; hex: string; type: string }[];
  /** Each is behind its number in an array. `details` are its own, in JSON; by `uuid` its bytes are found. */
  blobs: { source: string; hex: string; uuid: string; details: string }[];
}

/** Where the value behind an envelope ends and how much follows it: `offset:u64 size:u32`, as Blobs always have it. */
const trailerAt = (bytes: Buffer): [offset: number, size: number] => [
  Number(bytes.readBigUInt64BE(envelope.length)),
  bytes.readUInt32BE(envelope.length + 8)
];

/** All values of a file of a session, as far as they look like ours: `[number, what]`. */
function* readSession(file: Buffer): Generator<{ number: number; bytes: Buffer }> {
  for (let at = file.indexOf(envelope); at >= 0; at = file.indexOf(envelope, at + 1)) {
    const [offset, size] = trailerAt(file.subarray(at));
    const bytes = file.subarray(at, at + offset + size);
    const [arrayTag, length, integerTag, number] = bytes.subarray(envelope.length + 14);
    if (arrayTag === 0x41 && length === 2 && integerTag === 0x49) yield { number: number / 2, bytes };
  }
}

/** `5c 62 uuid`, or `5c 66 path name relative-path uuid`, each string with its length before it. */
function uuidIn(bytes: Buffer): string {
  let at = bytes.indexOf(0x5c) + 1;
  const readString = () => {
    const length = bytes[at++];
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  const isFile = bytes[at++] === 0x66;
  if (isFile) for (let skipped = 0; skipped < 3; skipped++) readString();
  return readString();
}

const stored = [...sources, ...opaqueSources];

async function record(): Promise<Recorded> {
  const userDataDir = mkdtempSync(join(tmpdir(), 'record-blink-values-'));
  const server = createServer((_request, response) => response.end('<!doctype html>')).listen(0, '127.0.0.1');
  const browser = await launch({
    executablePath: await findChromium(),
    userDataDir,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : []
  });
  try {
    const version = await browser.version();
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    // esbuild gives functions their names with this, and knows nothing of pages.
    await page.evaluate('globalThis.__name = (named) => named');
    const types = await page.evaluate(async (list) => {
      const promised = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const opening = indexedDB.open('values');
      opening.onupgradeneeded = () => opening.result.createObjectStore('values');
      const database = await promised(opening);
      const classes = [];
      for (const [i, source] of list.entries()) {
        const value: unknown = await (0, eval)(source);
        const store = database.transaction('values', 'readwrite', { durability: 'strict' }).objectStore('values');
        await promised(store.put(value, `value-${i}`));
        classes.push(Object.prototype.toString.call(value).slice('[object '.length, -1));
      }
      database.close();
      return classes;
    }, stored);
    const details = await page.evaluate(async (list) => {
      const all = list.map((source) => (0, eval)(source) as Blob & Partial<File>);
      all.forEach((blob, i) => history.pushState([i, blob], '', `/blob-${i}`));
      // Chromium writes its session a moment later.
      await new Promise((resolve) => setTimeout(resolve, 5000));
      return all.map(({ size, type, name, lastModified }) => JSON.stringify({ size, type, name, lastModified }));
    }, blobSources);
    await browser.close();

    const sessions = join(userDataDir, 'Default', 'Sessions');
    const states = new Map<number, Buffer>();
    for (const file of readdirSync(sessions)) {
      for (const { number, bytes } of readSession(readFileSync(join(sessions, file)))) states.set(number, bytes);
    }

    const folder = join(userDataDir, 'Default', 'IndexedDB');
    const logs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\d+\.log$/.test(name));
    const found = new Map<string, string>();
    for (const log of logs) {
      for (const batch of readLog(readFileSync(join(folder, log)))) {
        for (const { key, value } of readBatch(batch)) {
          // Keys are UTF-16, and other entries have other keys.
          const name = /value-\d+$/.exec(key.toString('latin1').replaceAll('\0', ''))?.[0];
          const start = value.indexOf(envelope);
          if (name && start >= 0) found.set(name, value.subarray(start).toString('hex'));
        }
      }
    }
    const records = stored.map((source, i) => {
      const hex = found.get(`value-${i}`);
      if (!hex) throw new Error(`${source} is not in IndexedDB's log`);
      return { source, hex, type: types[i] };
    });
    return {
      browser: version,
      values: records.slice(0, sources.length).map(({ source, hex }) => ({ source, hex })),
      opaque: records.slice(sources.length),
      blobs: blobSources.map((source, i) => {
        const bytes = states.get(i);
        if (!bytes) throw new Error(`${source} is not in the session's files`);
        return { source, hex: bytes.toString('hex'), uuid: uuidIn(bytes), details: details[i] };
      })
    };
  } finally {
    if (browser.connected) await browser.close();
    server.close();
    rmSync(userDataDir, { recursive: true, force: true });
  }
}

const recorded = await record();
const path = 'shell/test/data/blink-values.json';
writeFileSync(join(root, path), `${JSON.stringify(recorded, null, 2)}\n`);
console.log(
  `${path}: ${recorded.values.length} values, ${recorded.opaque.length} opaque objects and ${recorded.blobs.length} Blobs of ${recorded.browser}`
);
