import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCalendar, isOpenAt } from '../../src/routing/calendar.ts';
import { type BusinessHours, businessHoursSchema, WEEKDAYS } from '../../src/routing/index.ts';
import { previewHours } from '../../src/routing/preview-hours.ts';
import { dayBefore, zoneClock } from '../../src/routing/zone.ts';

const ZONES = [
  'America/New_York',
  'Europe/Berlin',
  'Europe/Helsinki',
  // Half an hour of summer time.
  'Australia/Lord_Howe',
  // Summer time at midnight, until 2019.
  'America/Sao_Paulo',
  // A quarter of an hour off, and no summer time.
  'Asia/Kathmandu',
] as const;

/** Wall clock by another road than the code's: the runtime's long text form. */
function naiveLocal(zone: string, instant: Date): { date: string; minute: number } {
  const [day = '', time = ''] = instant.toLocaleString('sv-SE', { timeZone: zone }).split(' ');
  return { date: day, minute: Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)) };
}

/** The exception of a day: every day of every exception written out, the most particular kind first. */
function naiveException({ exceptions }: BusinessHours, day: string): BusinessHours['exceptions'][number] | undefined {
  const kinds = [
    exceptions.filter(({ date }) => date === day),
    exceptions.filter(({ from, to }) => from?.length === 10 && to !== undefined && daysFrom(from, to).includes(day)),
    exceptions.filter(({ date }) => date === day.slice(5)),
    exceptions.filter(
      ({ from, to }) =>
        from?.length === 5 &&
        to !== undefined &&
        daysFrom(`2023-${from}`, `${to < from ? 2024 : 2023}-${to}`, 5).includes(day.slice(5)),
    ),
  ];
  return kinds.flat()[0];
}

function daysFrom(first: string, last: string, cut = 0): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${first}T12:00:00Z`); at <= Date.parse(`${last}T12:00:00Z`); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(cut, 10));
  return days;
}

/** Marks every minute of every day that a range covers, one by one; then looks the minute up. */
function naiveIsOpen(hours: BusinessHours, zone: string, instant: Date): boolean {
  const { date, minute } = naiveLocal(zone, instant);
  const covered = new Set<string>();
  for (const [day, offset] of [
    [date, 0],
    [dayBefore(date), 1440],
  ] as const) {
    const exception = naiveException(hours, day);
    const weekday = WEEKDAYS[(new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7] ?? 'monday';
    const ranges = exception === undefined ? (hours.weekly[weekday] ?? []) : (exception.ranges ?? []);
    for (const range of ranges) {
      const [start = 0, end = 0] = range
        .split('-')
        .map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
      for (let at = start; at < (end <= start ? end + 1440 : end); at += 1) covered.add(`${at - offset}`);
    }
  }
  return covered.has(`${minute}`);
}

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const ranges = fc
  .array(fc.tuple(time, time), { maxLength: 3 })
  .map((pairs) => pairs.filter(([start, end]) => start !== end).map(([start, end]) => `${start}-${end}`));

/** Days around the changes of the clocks in each of the zones, the turn of a year, and ordinary ones. */
const DATES = [
  '2018-02-17',
  '2018-11-04',
  '2026-01-01',
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-07-15',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
  '2026-12-31',
];

const schedule = fc
  .record({
    weekly: fc.dictionary(fc.constantFrom(...WEEKDAYS), ranges),
    days: fc.array(fc.record({ date: fc.constantFrom(...DATES, ...DATES.map((day) => day.slice(5))), ranges }), {
      maxLength: 3,
    }),
    spans: fc.array(
      fc.record({ from: fc.constantFrom(...DATES), to: fc.constantFrom(...DATES), isYearly: fc.boolean(), ranges }),
      { maxLength: 2 },
    ),
  })
  .map(({ weekly, days, spans }) =>
    businessHoursSchema.parse({
      name: 'h',
      weekly,
      exceptions: [
        ...days.map(({ date, ranges: open }) => ({ date, ...(open.length > 0 ? { ranges: open } : { closed: true }) })),
        ...spans.map(({ from, to, isYearly, ranges: open }) => {
          const [first = '', last = ''] = isYearly ? [from.slice(5), to.slice(5)] : [from, to].sort();
          return { from: first, to: last, ...(open.length > 0 ? { ranges: open } : { closed: true }) };
        }),
      ],
      open: 'hangup',
    }),
  );
const instant = fc
  .tuple(fc.constantFrom(...DATES), fc.integer({ min: -26 * 60, max: 50 * 60 }))
  .map(([date, minutes]) => new Date(Date.parse(`${date}T00:00:00Z`) + minutes * 60_000));

describe('calendar', () => {
  it.each(ZONES)('agrees with a minute-by-minute oracle in %s, also when the clocks change', (zone) => {
    fc.assert(
      fc.property(schedule, instant, (hours, at) => {
        expect(isOpenAt(compileCalendar(hours, zone), at).open).toBe(naiveIsOpen(hours, zone, at));
      }),
      { numRuns: 120 },
    );
  });

  it.each(ZONES)('foretells in %s the very minute at which that changes', (zone) => {
    fc.assert(
      fc.property(schedule, instant, (hours, at) => {
        const calendar = compileCalendar(hours, zone);
        const { open, changesAt } = previewHours(calendar, at);
        // Two days of minutes, one by one.
        const minutes = Array.from({ length: 2 * 1440 }, (_, minute) => at.getTime() + (minute + 1) * 60_000);
        const first = minutes.find((then) => isOpenAt(calendar, new Date(then)).open !== open);
        if (first !== undefined) expect(changesAt?.getTime()).toBe(first);
        else if (changesAt !== undefined) expect(changesAt.getTime()).toBeGreaterThan(minutes.at(-1) ?? 0);
      }),
      { numRuns: 15 },
    );
  });

  it('foretells an opening before a change of the clocks in the same night', () => {
    const hours = businessHoursSchema.parse({
      name: 'h',
      exceptions: [{ from: '2018-02-17', to: '2026-03-29', ranges: ['00:01-03:01'] }],
      open: 'hangup',
    });
    const { changesAt } = previewHours(compileCalendar(hours, 'America/New_York'), new Date('2026-03-08T00:00:00Z'));
    expect(changesAt?.toISOString()).toBe('2026-03-08T05:01:00.000Z');
  });

  it('uses the zone of the organization when it names none', () => {
    const hours = businessHoursSchema.parse({ name: 'h', weekly: { monday: ['09:00-10:00'] }, open: 'hangup' });
    const instant = new Date('2026-11-16T07:30:00Z');
    expect(isOpenAt(compileCalendar(hours, 'Europe/Helsinki'), instant).open).toBe(true);
    expect(isOpenAt(compileCalendar(hours, 'UTC'), instant).open).toBe(false);
  });

  it('24:00 ends the day', () => {
    const hours = businessHoursSchema.parse({ name: 'h', weekly: { monday: ['00:00-24:00'] }, open: 'hangup' });
    const calendar = compileCalendar(hours, 'UTC');
    expect(isOpenAt(calendar, new Date('2026-11-16T23:59:59Z')).open).toBe(true);
    expect(isOpenAt(calendar, new Date('2026-11-17T00:00:00Z')).open).toBe(false);
  });
});

describe('zone clock', () => {
  it('shows the wall clock, midnight as 0', () => {
    const clock = zoneClock('America/New_York');
    expect(clock(new Date('2026-11-16T05:00:00Z'))).toEqual({ date: '2026-11-16', weekday: 0, minute: 0 });
    expect(clock(new Date('2026-11-16T04:59:00Z'))).toEqual({ date: '2026-11-15', weekday: 6, minute: 1439 });
  });
});
