import { expect } from 'chai';

import { PortReporter } from '../../lib/common/port-reporter';

import type { PortReport } from '../../lib/common/port-report';

describe('what reports to the port inspector', () => {
  it('waits while nobody takes what it has reported, and counts what it leaves out', () => {
    const reports: PortReport[] = [];
    const waiting: (() => void)[] = [];
    let isBusy = true;
    const reporter = new PortReporter({
      send: (report) => reports.push(report),
      later: (callback) => waiting.push(callback),
      now: () => 1,
      isBusy: () => isBusy
    });
    for (let i = 0; i < 5001; i++) reporter.found(() => '');
    waiting.shift()!();
    expect(reports).to.deep.equal([]);
    isBusy = false;
    waiting.shift()!();
    expect(reports.map(({ events, dropped }) => [events.length, dropped])).to.deep.equal([[5000, 1]]);
    expect(waiting).to.deep.equal([]);
  });
});
