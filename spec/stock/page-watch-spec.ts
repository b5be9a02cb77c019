import { expect } from 'chai';

import { EventEmitter } from 'node:events';

import { checkReport } from '../../inspector/model/check-report';
import { PortModel } from '../../inspector/model/port-model';
import { TargetWatch } from '../../runtime/main/inspector/page-watch';

import type { CDPSession } from 'puppeteer-core';

/** What DevTools says to the watch of a frame of another site, whose renderer was taken over. */
describe('what the port inspector believes of a renderer', () => {
  const bindingName = 'report';
  let model: PortModel;
  let session: EventEmitter;
  let watch: TargetWatch;
  let budgets: string[];

  beforeEach(() => {
    model = new PortModel({ hasHub: true });
    model.hold({ id: 'main', kind: 'main', name: 'app', process: 'main', pid: 1 });
    model.addRealm('main', 'main', '');
    budgets = [];
    session = Object.assign(new EventEmitter(), {
      id: () => 'session',
      connection: () => new EventEmitter(),
      send: () => Promise.resolve({})
    });
    const context = {
      model,
      hubOrigin: 'http://hub',
      config: {
        bindingName,
        controlName: 'control',
        linkObserverName: undefined,
        inSubframes: false,
        ownSource: 'own:',
        log: false
      },
      report: (...args: [string, any]) => model.report(...args, 2),
      check(window: string, payload: string) {
        budgets.push(window);
        return checkReport(JSON.parse(payload));
      },
      now: () => 2
    };
    const target = {
      id: 'inner',
      group: 'window',
      kind: 'frame',
      url: '',
      process: 'renderer',
      tells: (id: string) => id === 'inner'
    } as const;
    watch = new TargetWatch(context, session as unknown as CDPSession, target, new Set());
    // Where specs are built there is no script to inject.
    watch.startPage({ contexts: new Map(), isLinked: false, inSubframes: false } as any).catch(() => {});
  });

  const tellContext = (uniqueId: string, frameId: string, id = 1) =>
    session.emit('Runtime.executionContextCreated', {
      context: { id, uniqueId, name: '', origin: '', auxData: { frameId, isDefault: true } }
    });

  const report = (executionContextId = 1) =>
    session.emit('Runtime.bindingCalled', {
      name: bindingName,
      executionContextId,
      payload: JSON.stringify({
        events: [{ what: 'made', time: 1, ports: [1, 2], by: 'app', stack: '' }],
        counts: [],
        log: [],
        dropped: 0
      })
    });

  const holders = () => [...model.holders].map(({ id, name, gone }) => ({ id, name, gone }));
  const main = { id: 'main', name: 'app', gone: undefined };

  it('is what its own frame does', () => {
    tellContext('unique', 'inner');
    report();
    session.emit('Page.frameNavigated', { frame: { id: 'inner', url: 'http://inner/' } });
    expect(holders().map(({ name }) => name)).to.deep.equal(['app', 'http://inner/']);
    expect([...model.channels]).to.have.length(1);
  });

  it('is not that its script is the main process’s', () => {
    tellContext('main', 'inner');
    report();
    expect([...model.channels].map(({ holder }) => holder)).to.not.include('main');
    session.emit('Runtime.executionContextDestroyed', { executionContextId: 1 });
    model.report(
      'main',
      { events: [{ what: 'found', time: 1, port: 1, stack: '' }], counts: [], log: [], dropped: 0 },
      1
    );
    expect(model.channelStates(0, 10_000).map(({ holder }) => holder)).to.include('main');
  });

  it('is not that its script is of another frame', () => {
    tellContext('unique', 'outer');
    report();
    expect(holders()).to.deep.equal([main]);
    expect([...model.channels]).to.deep.equal([]);
  });

  it('is not what another holder shows, or that it is gone', () => {
    session.emit('Page.frameNavigated', { frame: { id: 'main', url: 'http://forged/' } });
    session.emit('Page.frameDetached', { frameId: 'main', reason: 'remove' });
    expect(holders()).to.deep.equal([main]);
  });

  it('is no more for being called new names', () => {
    for (let i = 0; i < 3; i++) {
      tellContext(`unique ${i}`, 'inner');
      report();
    }
    expect(budgets).to.deep.equal(['window', 'window', 'window']);
  });

  it('is nothing once it is gone, whether or not it had reported', () => {
    tellContext('unique', 'inner');
    watch.gone('its renderer crashed');
    const made = { what: 'made', time: 1, ports: [1, 2] as [number, number], by: 'app', stack: '' } as const;
    model.report('session unique', { events: [made], counts: [], log: [], dropped: 0 }, 2);
    expect([...model.channels]).to.deep.equal([]);
  });
});
