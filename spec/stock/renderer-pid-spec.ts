import { expect } from 'chai';

import { once } from 'node:events';
import { createServer } from 'node:http';

import { connectPuppeteer, launchChromium } from '../../runtime/main/chromium/launch';
import { rendererPid } from '../../runtime/main/chromium/renderer-pid';

import type { Chromium } from '../../runtime/main/chromium/launch';
import type { AddressInfo } from 'node:net';
import type { Browser, CDPSession, Page } from 'puppeteer-core';

/** A pid is proven by the page that crashes when the process of that number is killed. */
describe('rendererPid', function () {
  this.timeout(60_000);

  let chromium: Chromium<Browser>;
  const server = createServer((_, response) => response.end('<title>a page</title>'));

  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    chromium = await launchChromium(connectPuppeteer, { headless: true });
  });

  after(async () => {
    await chromium?.close();
    server.close();
  });

  const url = (host = '127.0.0.1') => `http://${host}:${(server.address() as AddressInfo).port}/`;

  async function open(at = url()): Promise<{ page: Page; session: CDPSession }> {
    const page = await chromium.client.newPage();
    await page.goto(at);
    return { page, session: await page.createCDPSession() };
  }

  async function expectProcessOf({ page, session }: { page: Page; session: CDPSession }): Promise<void> {
    const pid = await rendererPid(session);
    const crash = new Promise<Error>((resolve) => page.once('error', resolve));
    process.kill(pid!, 'SIGKILL');
    expect(String(await crash)).to.equal('Error: Page crashed!');
  }

  it('tells a dozen windows of one origin apart, while others open', async () => {
    const windows = await Promise.all(Array.from({ length: 12 }, () => open()));
    const opening = Promise.all(Array.from({ length: 6 }, () => open()));
    const pids = await Promise.all(windows.map(({ session }) => rendererPid(session)));
    expect(new Set(pids).size).to.equal(12);
    const others = await opening;
    const crashed: number[] = [];
    for (const [index, { page }] of windows.entries()) page.on('error', () => crashed.push(index));
    for (const index of [7, 0, 11]) {
      const crash = new Promise((resolve) => windows[index].page.once('error', resolve));
      process.kill(pids[index]!, 'SIGKILL');
      await crash;
    }
    expect(crashed).to.deep.equal([7, 0, 11]);
    const alive = windows.filter((_, index) => !crashed.includes(index));
    for (const { page } of [...alive, ...others]) expect(await page.title()).to.equal('a page');
    await Promise.all([...windows, ...others].map(({ page }) => page.close()));
  });

  for (const at of ['about:blank', 'data:text/html,a page']) {
    it(`tells windows of ${at} apart`, async () => {
      const windows = await Promise.all(Array.from({ length: 4 }, () => open(at)));
      const pids = await Promise.all(windows.map(({ session }) => rendererPid(session)));
      expect(new Set(pids).size).to.equal(4);
      expect(pids).not.to.include(undefined);
      await Promise.all(windows.map(({ page }) => page.close()));
    });
  }

  it('follows a window to another process', async () => {
    const window = await open();
    const before = await rendererPid(window.session);
    await window.page.goto(url('localhost'));
    expect(await rendererPid(window.session)).not.to.equal(before);
    await expectProcessOf(window);
    await window.page.close();
  });

  it('has no pid for a window whose process ended, and the new one after a reload', async () => {
    const window = await open();
    await expectProcessOf(window);
    expect(await rendererPid(window.session)).to.equal(undefined);
    await window.page.reload();
    await expectProcessOf(window);
    await window.page.close();
  });

  it('rejects for a closed window, and answers for the next', async () => {
    const [closed, window] = await Promise.all([open(), open()]);
    const pending = rendererPid(closed.session).catch((error: Error) => error.message);
    await closed.page.close();
    await pending;
    const message = await rendererPid(closed.session).catch((error: Error) => error.message);
    expect(message).to.match(/closed/i);
    expect(await rendererPid(window.session)).to.be.above(0);
    await window.page.close();
  });
});
