import { describe, expect, it } from 'vitest';
import { PHRASES, type PlanDocument, type PlanDocumentInput, WEEKDAYS } from '../../../src/routing/index.ts';
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

describe('exceptions and hands', () => {
  const hours = (parts: object, overrides: PlanDocumentInput['hoursOverrides'] = []) =>
    documentOf({
      organization: { slug: 'test', name: 'Test', timezone: 'Europe/Berlin' },
      extensions: [{ number: '101' }],
      numbers: [{ number: '+16465550100', routeTo: 'business_hours:h' }],
      businessHours: [{ name: 'h', open: 'extension:101', ...parts }],
      hoursOverrides: overrides,
    });
  const isOpen = (document: PlanDocument, at: string) =>
    kinds(answerTo(document, eventOf(), undefined, { now: new Date(at) })).includes('dial');
  const always = Object.fromEntries(WEEKDAYS.map((day) => [day, ['00:00-24:00']]));

  it.each([
    ['2026-12-24T12:00:00+01:00', true],
    ['2026-12-25T00:00:00+01:00', false],
    ['2026-12-25T23:59:59+01:00', false],
    ['2026-12-26T00:00:00+01:00', true],
    ['2031-12-25T12:00:00+01:00', false],
  ])('a day of every year: %s', (at, open) => {
    expect(isOpen(hours({ weekly: always, exceptions: [{ date: '12-25', closed: true }] }), at)).toBe(open);
  });

  it.each([
    ['2026-12-23T12:00:00+01:00', true],
    ['2026-12-24T12:00:00+01:00', false],
    ['2026-12-31T12:00:00+01:00', false],
    ['2027-01-02T12:00:00+01:00', false],
    ['2027-01-03T12:00:00+01:00', true],
  ])('a span of every year over the new year: %s', (at, open) => {
    const exceptions = [{ from: '12-24', to: '01-02', closed: true }];
    expect(isOpen(hours({ weekly: always, exceptions }), at)).toBe(open);
  });

  it.each([
    ['a date before everything', '2026-12-25T10:30:00+01:00', true],
    ['a span of dates before a day of every year', '2026-12-26T10:30:00+01:00', false],
    ['a day of every year before a span of every year', '2028-12-26T10:30:00+01:00', true],
    ['a span of every year before the week', '2028-12-27T10:30:00+01:00', false],
  ])('the most particular exception counts: %s', (_, at, open) => {
    const exceptions = [
      { from: '12-20', to: '12-31', closed: true },
      { date: '12-26', ranges: ['10:00-11:00'] },
      { from: '2026-12-20', to: '2026-12-31', closed: true },
      { date: '2026-12-25', ranges: ['10:00-11:00'] },
    ];
    expect(isOpen(hours({ weekly: always, exceptions }), at)).toBe(open);
  });

  it('the 29th of February of every year comes when it comes', () => {
    const document = hours({ weekly: always, exceptions: [{ date: '02-29', closed: true }] });
    expect(isOpen(document, '2028-02-29T12:00:00+01:00')).toBe(false);
    expect(isOpen(document, '2027-03-01T12:00:00+01:00')).toBe(true);
  });

  it('a hand goes before ranges and exceptions, until its instant', () => {
    const override = { schedule: 'h', state: 'closed' as const, until: '2026-11-18T13:00:00+01:00' };
    const document = hours({ weekly: always }, [override]);
    expect(isOpen(document, '2026-11-18T12:59:59+01:00')).toBe(false);
    expect(isOpen(document, '2026-11-18T13:00:00+01:00')).toBe(true);
    const answer = answerTo(document, eventOf(), undefined, { now: new Date('2026-11-18T12:00:00+01:00') });
    expect(answer.trace.join()).toContain('switched by hand until 2026-11-18T12:00:00.000Z');
  });

  it('a hand without an instant holds until it is cleared', () => {
    const document = hours({}, [{ schedule: 'h', state: 'open' }]);
    expect(isOpen(document, '2036-11-18T12:00:00Z')).toBe(true);
  });

  it('inactive hours are said, not guessed', () => {
    expect(spoken(answerTo(hours({ status: 'inactive' }), eventOf()))).toBe(PHRASES.destinationUnavailable);
  });
});
