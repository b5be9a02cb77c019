import { expect } from 'chai';

import { findLeaks } from '../../inspector/model/leaks';
import { PortModel } from '../../inspector/model/port-model';

import type { PortEvent } from '../../lib/common/port-report';

type What = PortEvent extends infer Each ? (Each extends { time: number } ? Omit<Each, 'time'> : never) : never;

/** As the fork's processes report, which know names of ports and watch no page. */
describe('what the port inspector knows of an end that is where nobody watches', () => {
  const page = { id: 'frame 1', name: 'file:///page.html' };
  let model: PortModel;
  let time: number;

  beforeEach(() => {
    model = new PortModel({ hasHub: false });
    time = 1;
    for (const id of ['main', 'utility']) {
      model.hold({ id, kind: id as 'main', name: id, process: id, pid: 1 });
      model.addRealm(id, id, '');
    }
    report('main', [{ what: 'made', ports: [1, 2], by: 'app', stack: 'main.js:1:1' }]);
  });

  function report(realm: string, events: What[], counts: [number, number, number, number][] = []) {
    model.report(
      realm,
      { events: events.map((each) => ({ ...each, time: ++time })), counts, log: [], dropped: 0 },
      time
    );
  }

  const state = () => model.channelStates(0, time)[0];

  it('shows its holder, and takes what waits there for no leak', () => {
    report('main', [{ what: 'left', port: 2, key: 'name', to: page }]);
    report('main', [], [[1, 5, 50, 0]]);
    const [near, far] = state().ends;
    expect([near.sent, far.state, far.holder, far.queue]).to.deep.equal([5, 'unwatched', page.id, 0]);
    expect(state().path).to.equal('direct');
    const ends = [...model.channels].flatMap(({ ends }) => ends);
    expect(findLeaks(ends, time + 10_000, 0)).to.deep.equal([]);
  });

  it('knows it again by its name when it comes back, and where it went by a port of the page', () => {
    report('main', [{ what: 'left', port: 2, key: 'name', to: page }]);
    report('main', [{ what: 'made', ports: [3, 4], by: 'app', stack: '' }]);
    report('main', [{ what: 'left', port: 4, key: 'other', to: page }]);
    // The page sends it over the other channel, whose end is in main.
    report('main', [{ what: 'came', port: 3, number: 1, ports: [5], names: ['name'] }]);
    expect(state().ends[1].holder).to.equal('main');
    report('main', [{ what: 'sent', port: 3, number: 1, ports: [5], names: ['name'] }]);
    expect(state().ends[1]).to.include({ holder: page.id, state: 'unwatched' });
    // And from the page it goes to a utility process.
    report('utility', [{ what: 'came', port: 1, number: 1, ports: [2], names: ['name'] }]);
    expect(state().ends[1]).to.include({ holder: 'utility', state: 'open' });
    expect(state().ends[1].transfers.map(({ from, to }) => [from, to])).to.deep.equal([
      ['main', page.id],
      [page.id, 'main'],
      ['main', page.id],
      [page.id, 'utility']
    ]);
  });

  it('goes on counting what waits once it is back', () => {
    report('main', [], [[1, 5, 50, 0]]);
    report('main', [{ what: 'left', port: 2, key: 'name', to: page }]);
    report('main', [{ what: 'entered', port: 3, key: 'name' }]);
    report('main', [], [[1, 7, 70, 0]]);
    expect(state().ends[1].queue).to.equal(2);
  });

  describe('by reports that are made up', () => {
    const found = (port: number): What => ({ what: 'found', port, stack: '' });
    const moved = (from: number, to: number): What[] => [
      { what: 'left', port: from, key: `from ${from}` },
      { what: 'entered', port: to, key: `from ${from}` }
    ];

    function expectFarEndAt(port: number) {
      report('main', [{ what: 'left', port: 2, key: 'name' }]);
      report('utility', [{ what: 'entered', port, key: 'name' }]);
      expect(state().ends[1]).to.include({ holder: 'utility' });
    }

    it('is not led in a circle', () => {
      report('utility', [found(7), found(8), ...moved(7, 8), ...moved(8, 7)]);
      expectFarEndAt(7);
    });

    it('follows a way that never ends to its end', () => {
      report('utility', [found(1), ...Array.from({ length: 9000 }, (_, i) => moved(i + 1, i + 2)).flat()]);
      expectFarEndAt(1);
    });
  });
});

describe('what the port inspector forgets', () => {
  it('is told of each channel, however many go at once', () => {
    const model = new PortModel({ hasHub: false });
    model.addRealm('main', 'main', '');
    const events: PortEvent[] = [];
    for (let port = 1; port <= 4000; port += 2) {
      events.push({ what: 'made', time: port, ports: [port, port + 1], by: 'app', stack: '' });
      events.push({ what: 'closed', time: port, port, why: 'close', stack: '' });
    }
    model.report('main', { events, counts: [], log: [], dropped: 0 }, 1);
    model.reckon(1);
    expect([...model.channels].length + model.forgotten(0).length).to.equal(2000);
  });
});
