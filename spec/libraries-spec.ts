import { MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { libraries } from './fixtures/libraries';
import { readLibraryTable, versionOf } from './lib/library-table';
import { loadLibrary, Realm, realmKinds } from './lib/realms';

import type { RealmKind } from './lib/realms';

/** What the documentation says of a library: its version, where it serves, and what it does with a pending question. */
type Row = [version: string, servers: string, whenClosed: string];

describe('the library', () => {
  const realms = {} as Record<RealmKind, { server: Realm; user: Realm }>;

  // Once for all: each test has a channel of its own.
  before(async function () {
    // Four processes start at a time, two of them with all that a page bundles.
    this.timeout(60_000);
    globalThis.skipWithoutWindows?.('a window');
    const open = async (kind: RealmKind) => {
      const [server, user] = await Promise.all([Realm.open(kind), Realm.open(kind)]);
      realms[kind] = { server, user };
    };
    await Promise.all(realmKinds.map(open));
  });

  after(() => Promise.all(Object.values(realms).flatMap(({ server, user }) => [server.close(), user.close()])));

  /** Has one realm use what another serves. */
  async function run(library: string, user: RealmKind, server: RealmKind): Promise<unknown> {
    const { port1, port2 } = new MessageChannelMain();
    const [used] = await Promise.all([
      realms[user].user.order({ library, does: 'use' }, port2),
      realms[server].server.order({ library, does: 'serve' }, port1)
    ]);
    return used;
  }

  /** Has a page ask what a worker never answers. */
  async function ask(library: string): Promise<{ asked: Promise<unknown>; page: Realm; worker: Realm }> {
    const { port1, port2 } = new MessageChannelMain();
    const { user: page } = realms.renderer;
    const { server: worker } = realms.worker;
    await worker.order({ library, does: 'serve' }, port1);
    return { asked: page.order({ library, does: 'ask' }, port2), page, worker };
  }

  for (const name of Object.keys(libraries)) {
    it(`${name} works as docs/libraries.md says`, async () => {
      const { ask: canAsk, expected, servers = realmKinds, whenClosed = '' } = await loadLibrary(name);
      const row: Row = [versionOf(name), servers === realmKinds ? 'everywhere' : servers.join(', '), whenClosed];
      expect(readLibraryTable('Over a port').get(name)?.slice(0, 3)).to.deep.equal(row);

      // At the same time, as most of it is waiting.
      const pairs = realmKinds.flatMap((user) =>
        (servers as RealmKind[]).map(async (server) => {
          const used = await run(name, user, server).catch((error) => error);
          return [`from ${user} to ${server}`, used];
        })
      );
      const results = await Promise.all(pairs);
      expect(Object.fromEntries(results)).to.deep.equal(Object.fromEntries(results.map(([pair]) => [pair, expected])));

      if (!canAsk) return;
      const { asked, worker } = await ask(name);
      await worker.leave();
      expect(await asked).to.equal(whenClosed);
      // Automerge compiles its WebAssembly in every realm.
    }).timeout(60_000);
  }

  it('that listens for close learns of its own page’s close() when it is told', async () => {
    const { asked, page } = await ask('@orpc/server');
    let isOver = false;
    void asked.then(() => (isOver = true));
    await page.leave();
    // The page has answered twice since.
    await page.leave();
    expect(isOver).to.equal(false);
    await page.tell();
    expect(await asked).to.equal('rejects');
  });

  it('in docs/libraries.md is one that runs here', () => {
    expect([...readLibraryTable('Over a port').keys()].sort()).to.deep.equal(Object.keys(libraries).sort());
  });
});
