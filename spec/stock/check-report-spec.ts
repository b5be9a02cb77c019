import { expect } from 'chai';

import { checkReport } from '../../inspector/model/check-report';

describe('a report to the port inspector', () => {
  it('has no time that is yet to come', () => {
    const report = checkReport({
      events: [{ what: 'made', time: 1e300, ports: [1, 2], by: 'app', stack: '' }],
      counts: [],
      log: [{ port: 1, number: 1, time: 1e300 }],
      dropped: 0
    });
    const latest = performance.timeOrigin + performance.now() + 1000;
    expect(report!.events[0].time).to.be.at.most(latest);
    expect(report!.log[0].time).to.be.at.most(latest);
  });
});
