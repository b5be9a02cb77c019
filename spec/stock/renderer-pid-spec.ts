import { expect } from 'chai';

import { once } from 'node:events';
import { createServer } from 'node:http';

import { connectDevTools, launchChromium } from '../../runtime/main/chromium/launch';
import { openPage } from '../../runtime/main/chromium/open-page';
import { notePages, rendererPid } from '../../runtime/main/chromium/renderer-pid';

import type { Chromium } from '../../runtime/main/chromium/launch';
import type { AddressInfo } from 'node:net';
import type { CDPSession, Connection, Protocol } from 'puppeteer-core';

interface TestPage {
  id: string;
  session: CDPSession;
}

/** A pid is proven by the page that crashes when the process of that number is killed. */
describe('rendererPid', function () {
  this.timeout(60_000);

  let chromium: Chromium<Connection>;
  const server = createServer((_, response) => response.end('<title>a page</title>'));

  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    chromium = await launchChromium(connectDevTools, { headless: true });
  });

  after(async () => {
    await chromium?.close();
    server.close();
  });

  const url = (host = '127.0.0.1') => `http://${host}:${(server.address() as AddressInfo).port}/`;

  async function navigate({ session }: TestPage, to: string): Promise<void> {
    const loaded = new Promise((resolve) => session.once('Page.loadEventFired', resolve));
    await session.send('Page.navigate', { url: to });
    await loaded;
  }

  async function open(at = url()): Promise<TestPage> {
    const { session, targetId: id } = await openPage(chromium.client);
    await Promise.all([notePages(chromium.client), session.send('Page.enable')]);
    await navigate({ id, session }, at);
    return { id, session };
  }

  const pidOf = ({ id }: TestPage) => rendererPid(chromium.client, id);

  const titleOf = async ({ session }: TestPage) =>
    (await session.send('Runtime.evaluate', { expression: 'document.title' })).result.value;

  async function close(...pages: TestPage[]): Promise<void> {
    const { client } = chromium;
    await Promise.all(pages.map(({ id }) => client.send('Target.closeTarget', { targetId: id })));
  }

  function crashOf({ id }: TestPage): Promise<void> {
    return new Promise((resolve) => {
      const onCrashed = ({ targetId }: Protocol.Target.TargetCrashedEvent) => {
        if (targetId !== id) return;
        chromium.client.off('Target.targetCrashed', onCrashed);
        resolve();
      };
      chromium.client.on('Target.targetCrashed', onCrashed);
    });
  }

  async function expectProcessOf(page: TestPage): Promise<void> {
    const pid = await pidOf(page);
    const crash = crashOf(page);
    process.kill(pid!, 'SIGKILL');
    await crash;
  }

  it('tells a dozen windows of one origin apart, while others open', async () => {
    const windows = await Promise.all(Array.from({ length: 12 }, () => open()));
    const opening = Promise.all(Array.from({ length: 6 }, () => open()));
    const pids = await Promise.all(windows.map(pidOf));
    expect(new Set(pids).size).to.equal(12);
    const others = await opening;
    for (const index of [7, 0, 11]) {
      const crash = crashOf(windows[index]);
      process.kill(pids[index]!, 'SIGKILL');
      await crash;
    }
    const alive = windows.filter((_, index) => ![7, 0, 11].includes(index));
    for (const page of [...alive, ...others]) expect(await titleOf(page)).to.equal('a page');
    await close(...windows, ...others);
  });

  for (const at of ['about:blank', 'data:text/html,a page']) {
    it(`tells windows of ${at} apart`, async () => {
      const windows = await Promise.all(Array.from({ length: 4 }, () => open(at)));
      const pids = await Promise.all(windows.map(pidOf));
      expect(new Set(pids).size).to.equal(4);
      expect(pids).not.to.include(undefined);
      await close(...windows);
    });
  }

  it('follows a window to another process', async () => {
    const window = await open();
    const before = await pidOf(window);
    await navigate(window, url('localhost'));
    expect(await pidOf(window)).not.to.equal(before);
    await expectProcessOf(window);
    await close(window);
  });

  it('has no pid for a window whose process ended, and the new one after a reload', async () => {
    const window = await open();
    await expectProcessOf(window);
    expect(await pidOf(window)).to.equal(undefined);
    const loaded = new Promise((resolve) => window.session.once('Page.loadEventFired', resolve));
    await window.session.send('Page.reload');
    await loaded;
    await expectProcessOf(window);
    await close(window);
  });

  it('answers for a window whose process is stopped, and for the next', async function () {
    if (process.platform === 'win32') this.skip();
    const [stopped, window] = await Promise.all([open(), open()]);
    const pid = await pidOf(stopped);
    process.kill(pid!, 'SIGSTOP');
    let goesOn = false;
    // Chromium gives a process 10 s to take part in a trace.
    const goOn = setTimeout(() => {
      goesOn = true;
      process.kill(pid!, 'SIGCONT');
    }, 8000);
    expect(await pidOf(stopped)).to.equal(pid);
    expect(await pidOf(window)).not.to.equal(pid);
    expect(goesOn).to.equal(false);
    clearTimeout(goOn);
    process.kill(pid!, 'SIGCONT');
    await close(stopped, window);
  });

  it('rejects for a closed window, and answers for the next', async () => {
    const [closed, window] = await Promise.all([open(), open()]);
    const pending = pidOf(closed).catch((error: Error) => error.message);
    await close(closed);
    await pending;
    const message = await pidOf(closed).catch((error: Error) => error.message);
    expect(message).to.match(/closed/i);
    expect(await pidOf(window)).to.be.above(0);
    await close(window);
  });
});
