import { describe, expect, it } from 'vitest';
import { PHRASES } from '../../../src/routing/index.ts';
import { acme, answerTo, documentOf, eventOf, kinds, spoken } from '../support.ts';

describe('business hours', () => {
  it.each([
    ['Monday 08:59', '2026-11-16T08:59:59-05:00', false],
    ['Monday 09:00', '2026-11-16T09:00:00-05:00', true],
    ['Monday lunch', '2026-11-16T12:00:00-05:00', false],
    ['Monday after lunch', '2026-11-16T13:00:00-05:00', true],
    ['Monday 17:30', '2026-11-16T17:30:00-05:00', false],
    ['Friday evening', '2026-11-20T21:59:00-05:00', false],
    ['Friday night', '2026-11-20T22:00:00-05:00', true],
    ['Saturday before two', '2026-11-21T01:59:59-05:00', true],
    ['Saturday at two', '2026-11-21T02:00:00-05:00', false],
    ['Sunday', '2026-11-22T12:00:00-05:00', false],
    ['Christmas', '2026-12-25T10:00:00-05:00', false],
    ['Christmas night, a Friday', '2026-12-25T22:30:00-05:00', false],
    ['the morning after Christmas', '2026-12-26T01:00:00-05:00', false],
    ['Christmas Eve morning', '2026-12-24T11:59:00-05:00', true],
    ['Christmas Eve afternoon', '2026-12-24T13:00:00-05:00', false],
    ['the same instant written in UTC', '2026-11-16T14:00:00Z', true],
  ])('%s', (_name, at, isOpen) => {
    const answer = answerTo(acme(), eventOf(), undefined, { now: new Date(at) });
    expect(kinds(answer)).toContain(isOpen ? 'gather' : 'dial');
  });

  it('a night range of the day before an exception still runs out', () => {
    const document = documentOf({
      numbers: [{ number: '+16465550100', routeTo: 'business_hours:h' }],
      businessHours: [
        {
          name: 'h',
          weekly: { friday: ['22:00-02:00'] },
          exceptions: [{ date: '2026-11-21', closed: true }],
          open: 'hangup',
          closed: 'hangup',
        },
      ],
    });
    const at = (time: string) => answerTo(document, eventOf(), undefined, { now: new Date(time) }).trace.join();
    expect(at('2026-11-21T01:00:00Z')).toContain('open');
    expect(at('2026-11-21T03:00:00Z')).toContain('closed');
  });

  it('closed with hangup says so', () => {
    const document = documentOf({
      numbers: [{ number: '+16465550100', routeTo: 'business_hours:h' }],
      businessHours: [{ name: 'h', open: 'hangup' }],
    });
    expect(spoken(answerTo(document, eventOf()))).toBe(PHRASES.closed);
  });

  it('explains itself with local time, zone and exception', () => {
    const answer = answerTo(acme(), eventOf(), undefined, { now: new Date('2026-12-25T15:00:00Z') });
    expect(answer.trace).toContain(
      'business hours office: closed (friday 2026-12-25 10:00 America/New_York, exception Christmas) → forward:+16465550177',
    );
  });
});
