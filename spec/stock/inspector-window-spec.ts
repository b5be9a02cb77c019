import { expect } from 'chai';

import { closePage } from '../../runtime/main/chromium/close-page';
import { connectDevTools, launchChromium } from '../../runtime/main/chromium/launch';
import { InspectorWindow } from '../../runtime/main/inspector/inspector-window';
import { rejection } from '../lib/rejection';

import type { Chromium } from '../../runtime/main/chromium/launch';
import type { Connection } from 'puppeteer-core';

// In a Chromium of its own: the app's opens no such window without a display.
describe('the window of the port inspector', function () {
  this.timeout(60_000);

  const url = 'data:text/html,ports';
  let chromium: Chromium<Connection>;
  let ownPages: string[];

  before(async () => {
    chromium = await launchChromium(connectDevTools, { headless: true });
    ownPages = await pages();
  });

  after(() => chromium?.close());

  async function pages(): Promise<string[]> {
    const { targetInfos } = await chromium.client.send('Target.getTargets');
    return targetInfos.filter(({ type }) => type === 'page').map(({ targetId }) => targetId);
  }

  /** The windows that were opened since. */
  const opened = async () => (await pages()).filter((id) => !ownPages.includes(id));

  async function close(id: string) {
    const detached = new Promise<void>((resolve) => chromium.client.once('sessiondetached', () => resolve()));
    await closePage(chromium.client, id, detached);
    await detached;
  }

  afterEach(async () => {
    for (const id of await opened()) await close(id);
  });

  it('is one, however often it is opened', async () => {
    const window = new InspectorWindow();
    await Promise.all([window.open(chromium.client, url), window.open(chromium.client, url)]);
    await window.open(chromium.client, url);
    expect(await opened()).to.have.length(1);
  });

  it('opens again after the person has closed it', async () => {
    const window = new InspectorWindow();
    await window.open(chromium.client, url);
    const [first] = await opened();
    await close(first);
    await window.open(chromium.client, url);
    expect(await opened())
      .to.have.length(1)
      .and.not.include(first);
  });

  it('opens again after it could not be opened', async () => {
    const window = new InspectorWindow();
    await rejection(window.open({} as Connection, url));
    await window.open(chromium.client, url);
    expect(await opened()).to.have.length(1);
  });

  it('is another one once it was forgotten, which the end of the first leaves alone', async () => {
    const window = new InspectorWindow();
    await window.open(chromium.client, url);
    window.forget();
    const [first] = await opened();
    await window.open(chromium.client, url);
    await close(first);
    await window.open(chromium.client, url);
    expect(await opened()).to.have.length(1);
  });
});
