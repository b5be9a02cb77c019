import { BrowserWindow, ipcMain } from 'electron/main';

import { initTRPC } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { expect } from 'chai';
import { createIPCHandler } from 'trpc-electron/main';

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from './lib/files';
import { readLibraryTable, versionOf } from './lib/library-table';
import { closeAllWindows } from './lib/windows';

const trpc = initTRPC.create();

const router = trpc.router({
  greet: trpc.procedure.input((name: unknown) => String(name)).query(({ input }) => `Hello ${input}`),
  fail: trpc.procedure.mutation((): string => {
    throw new RangeError('too much');
  }),
  count: trpc.procedure
    .input((to: unknown) => Number(to))
    // An async generator fails from Node.js 24 on, which has given it a `Symbol.asyncDispose`.
    .subscription(({ input: to }) =>
      observable<number>(({ next, complete }) => {
        for (let i = 1; i <= to; i++) next(i);
        complete();
      })
    )
});

export type Router = typeof router;

const fixtures = join(process.cwd(), 'spec', 'fixtures', 'libraries');

async function openPage(): Promise<BrowserWindow> {
  const preload = join(process.cwd(), 'dist', 'spec', 'fixtures', 'libraries', 'electron-preload.cjs');
  const window = new BrowserWindow({ show: false, webPreferences: { preload } });
  await window.loadFile(join(fixtures, 'electron-page.html'));
  return window;
}

describe('the Electron library', () => {
  let window: BrowserWindow;
  let log: typeof import('electron-log/main').default;

  before(async () => {
    // It has to be there before its preload script is.
    log = (await import('electron-log/main')).default;
    log.transports.console.level = false;
    log.transports.file.level = false;
    window = await openPage();
  });

  after(closeAllWindows);

  const tests: Record<string, () => Promise<void>> = {
    async 'trpc-electron'() {
      createIPCHandler({ router, windows: [window] });
      expect(await window.webContents.executeJavaScript('useTrpc()')).to.deep.equal({
        greeting: 'Hello main',
        error: 'too much',
        counted: [1, 2, 3]
      });
    },

    async '@electron-toolkit/preload'() {
      ipcMain.handle('add', (_event, a: number, b: number) => a + b);
      ipcMain.once('say', (event, ...args) => event.reply('said', ...args));
      try {
        expect(await window.webContents.executeJavaScript('useToolkit()')).to.deep.equal({
          sum: 3,
          heard: [1, [2]],
          electron: '43.4.1',
          platform: process.platform
        });
      } finally {
        ipcMain.removeHandler('add');
      }
    },

    async 'electron-log'() {
      const path = join(temporaryFolder(), 'main.log');
      const logger = log.create({ logId: 'spec' });
      logger.transports.console.level = false;
      logger.transports.file.resolvePathFn = () => path;
      logger.info('from main');
      expect(readFileSync(path, 'utf8')).to.include('from main');

      const logged = new Promise((resolve) => {
        const transport = ({ data }: { data: unknown[] }) => resolve(data);
        log.transports.spec = Object.assign(transport, { level: 'silly' as const, transforms: [] });
      });
      await window.webContents.executeJavaScript(`log.info('from a page', 1)`);
      expect(await logged).to.deep.equal(['from a page', 1]);
    },

    async 'electron-store'() {
      const { default: Store } = await import('electron-store');
      const cwd = temporaryFolder();
      const store = new Store<{ count: number }>({ cwd });
      store.set('count', 1);
      const changed = new Promise((resolve) => store.onDidChange('count', (value) => resolve(value)));
      store.set('count', 2);
      expect(await changed).to.equal(2);
      expect(JSON.parse(readFileSync(join(cwd, 'config.json'), 'utf8'))).to.deep.equal({ count: 2 });
    }
  };

  for (const [name, test] of Object.entries(tests)) {
    it(`${name} works as docs/libraries.md says`, () => {
      expect(readLibraryTable('Made for Electron').get(name)?.[0]).to.equal(versionOf(name));
      return test();
    });
  }

  it('in docs/libraries.md is one that runs here', () => {
    expect([...readLibraryTable('Made for Electron').keys()].sort()).to.deep.equal(Object.keys(tests).sort());
  });
});
