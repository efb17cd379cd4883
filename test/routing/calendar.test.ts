import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCalendar, isOpenAt } from '../../src/routing/calendar.ts';
import { type BusinessHours, businessHoursSchema, WEEKDAYS } from '../../src/routing/index.ts';
import { dayBefore, zoneClock } from '../../src/routing/zone.ts';

const ZONES = ['America/New_York', 'Europe/Helsinki', 'Australia/Lord_Howe'] as const;

/** Wall clock by another road than the code's: the runtime's long text form. */
function naiveLocal(zone: string, instant: Date): { date: string; minute: number } {
  const [day = '', time = ''] = instant.toLocaleString('sv-SE', { timeZone: zone }).split(' ');
  return { date: day, minute: Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)) };
}

/** Marks every minute of every day that a range covers, one by one; then looks the minute up. */
function naiveIsOpen(hours: BusinessHours, zone: string, instant: Date): boolean {
  const { date, minute } = naiveLocal(zone, instant);
  const covered = new Set<string>();
  for (const [day, offset] of [
    [date, 0],
    [dayBefore(date), 1440],
  ] as const) {
    const exception = hours.exceptions.find((candidate) => candidate.date === day);
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

/** Days around the changes of the clocks in each of the zones, and ordinary ones. */
const DATES = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01', '2026-07-15'];

describe('calendar', () => {
  it.each(ZONES)('agrees with a minute-by-minute oracle in %s, also when the clocks change', (zone) => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...WEEKDAYS), ranges),
        fc.uniqueArray(fc.record({ date: fc.constantFrom(...DATES), ranges }), {
          selector: (day) => day.date,
          maxLength: 3,
        }),
        fc.constantFrom(...DATES),
        fc.integer({ min: -26 * 60, max: 50 * 60 }),
        (weekly, exceptions, date, minutes) => {
          const hours = businessHoursSchema.parse({
            name: 'h',
            weekly,
            exceptions: exceptions.map((day) => (day.ranges.length > 0 ? day : { date: day.date, closed: true })),
            open: 'hangup',
          });
          const instant = new Date(Date.parse(`${date}T00:00:00Z`) + minutes * 60_000);
          expect(isOpenAt(compileCalendar(hours, zone), instant).open).toBe(naiveIsOpen(hours, zone, instant));
        },
      ),
      { numRuns: 400 },
    );
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
