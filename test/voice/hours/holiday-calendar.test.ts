import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { businessHoursSchema } from '../../../src/routing/index.ts';
import { readHolidays } from '../../../src/voice/hours/holiday-calendar.ts';

const TODAY = '2026-11-21';

const calendar = (...events: readonly string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...events, 'END:VCALENDAR'].join('\r\n');
const event = (...lines: readonly string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n');

describe('an iCalendar file', () => {
  it.each([
    ['a day of one year', ['DTSTART;VALUE=DATE:20261225'], { date: '2026-12-25' }],
    ['a day with its end', ['DTSTART;VALUE=DATE:20261225', 'DTEND;VALUE=DATE:20261226'], { date: '2026-12-25' }],
    ['several days', ['DTSTART:20261224', 'DTEND:20261227'], { from: '2026-12-24', to: '2026-12-26' }],
    ['several days by duration', ['DTSTART:20261224', 'DURATION:P1W'], { from: '2026-12-24', to: '2026-12-30' }],
    ['every year', ['DTSTART:20101225', 'RRULE:FREQ=YEARLY'], { date: '12-25' }],
    [
      'every year, spelled out',
      ['DTSTART:20101225', 'RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYMONTHDAY=25;WKST=MO'],
      { date: '12-25' },
    ],
    [
      'days over the new year, every year',
      ['DTSTART:20101230', 'DTEND:20110103', 'RRULE:FREQ=YEARLY'],
      { from: '12-30', to: '01-02' },
    ],
  ])('%s', (_, lines, expected) => {
    expect(readHolidays(calendar(event(...lines, 'SUMMARY:A day')), TODAY)).toEqual({
      holidays: [{ ...expected, name: 'A day', closed: true }],
      refused: [],
    });
  });

  it.each([
    ['BYMONTH=11;BYDAY=4TH', '2010-11-25', ['2026-11-26', '2027-11-25', '2028-11-23', '2029-11-22', '2030-11-28']],
    ['BYMONTH=5;BYDAY=-1MO', '2010-05-31', ['2026-05-25', '2027-05-31', '2028-05-29', '2029-05-28', '2030-05-27']],
    ['BYDAY=1MO', '2010-09-06', ['2026-09-07', '2027-09-06', '2028-09-04', '2029-09-03', '2030-09-02']],
    ['BYMONTH=11;BYDAY=4TH;UNTIL=20271231', '2010-11-25', ['2026-11-26', '2027-11-25']],
    ['BYMONTH=2;BYDAY=5TU', '2028-02-29', ['2028-02-29']],
  ])('a weekday of a month (%s) is written out for the years to come', (rule, first, days) => {
    const text = calendar(event(`DTSTART:${first.replaceAll('-', '')}`, `RRULE:FREQ=YEARLY;${rule}`, 'SUMMARY:X'));
    expect(readHolidays(text, TODAY).holidays.map(({ date }) => date)).toEqual(days);
  });

  it('folds, escapes, zones and alarms do not confuse it', () => {
    const text = calendar(
      'BEGIN:VTIMEZONE',
      'BEGIN:STANDARD',
      'DTSTART:19701025T030000',
      'END:STANDARD',
      'END:VTIMEZONE',
      event(
        'DTSTART;VALUE=DATE;X-NOTE="a:b;c":20261224',
        'SUMMARY;LANGUAGE=en:Christmas Eve\\, a lo',
        ' ng\\nday',
        'BEGIN:VALARM',
        'SUMMARY:Wake up',
        'END:VALARM',
        'STATUS:CONFIRMED',
      ),
    );
    expect(readHolidays(text, TODAY).holidays).toEqual([
      { date: '2026-12-24', name: 'Christmas Eve, a long day', closed: true },
    ]);
  });

  it.each([
    ['an event of some hours', ['DTSTART:20261225T100000Z'], /no whole day/],
    ['a day that is none', ['DTSTART:20260230'], /no whole day/],
    ['every week', ['DTSTART:20261225', 'RRULE:FREQ=WEEKLY'], /repeats by FREQ=WEEKLY/],
    ['a number of times', ['DTSTART:20261225', 'RRULE:FREQ=YEARLY;COUNT=3'], /COUNT=3/],
    ['a Friday that is a 13th', ['DTSTART:20261113', 'RRULE:FREQ=YEARLY;BYMONTHDAY=13;BYDAY=2FR'], /cannot say/],
    ['days taken out', ['DTSTART:20261225', 'RRULE:FREQ=YEARLY', 'EXDATE:20271225'], /but for some days/],
  ])('%s is refused, with the line and the reason', (_, lines, reason) => {
    const { holidays, refused } = readHolidays(calendar(event(...lines, 'SUMMARY:Odd')), TODAY);
    expect(holidays).toEqual([]);
    expect(refused).toEqual([{ line: 3, message: expect.stringMatching(reason) }]);
    expect(refused[0]?.message).toMatch(/^Odd: /);
  });

  it('a cancelled event is none, and a file without events says so', () => {
    const cancelled = event('DTSTART:20261225', 'STATUS:CANCELLED');
    expect(readHolidays(calendar(cancelled, event('DTSTART:20261226')), TODAY)).toEqual({
      holidays: [{ date: '2026-12-26', name: 'Holiday', closed: true }],
      refused: [],
    });
    expect(readHolidays('<html>', TODAY).refused).toEqual([
      { line: 1, message: expect.stringMatching(/no iCalendar/) },
    ]);
  });
});

describe('the list of Nager.Date', () => {
  it('gives the days of the whole country under their local names, and tells the others', () => {
    const list = [
      { date: '2027-01-01', localName: 'Neujahr', name: "New Year's Day", global: true, counties: null },
      { date: '2027-01-06', localName: 'Heilige Drei Könige', name: 'Epiphany', global: false, counties: ['DE-BW'] },
      { date: 'soon', name: 'Nothing' },
    ];
    expect(readHolidays(JSON.stringify(list), TODAY)).toEqual({
      holidays: [{ date: '2027-01-01', name: 'Neujahr', closed: true }],
      refused: [
        {
          line: 2,
          message: 'Heilige Drei Könige: it holds in a part of the country only; add it by hand where it does',
        },
        { line: 3, message: 'Nothing: it has no date such as 2026-12-25' },
      ],
    });
    expect(readHolidays('[{"date": "2027-', TODAY).refused).toHaveLength(1);
  });
});

describe('whatever the file is', () => {
  const line = fc.oneof(
    fc.constantFrom('BEGIN:VEVENT', 'END:VEVENT', 'BEGIN:VALARM', 'END:VALARM', 'EXDATE:1', 'DURATION:P3D', ' x'),
    fc
      .tuple(fc.constantFrom('DTSTART', 'DTEND', 'DTSTART;VALUE=DATE'), fc.integer({ min: 0, max: 99_999_999 }))
      .map(([name, day]) => `${name}:${String(day).padStart(8, '0')}`),
    fc
      .tuple(
        fc.constantFrom('YEARLY', 'DAILY', ''),
        fc.constantFrom('', ';BYDAY=5SU', ';BYMONTH=13', ';BYMONTH=2', ';=', ';UNTIL=x'),
      )
      .map(([frequency, more]) => `RRULE:FREQ=${frequency}${more}`),
    fc.string().map((text) => `SUMMARY:${text}`),
    fc.string(),
  );

  it('what comes of it can be kept in a schedule', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        const { holidays } = readHolidays(['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join(end), TODAY);
        const schedule = { name: 'office', open: 'hangup', exceptions: holidays };
        expect(businessHoursSchema.safeParse(schedule).error).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });
});
