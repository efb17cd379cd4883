import { type BusinessHours, type HoursOverride, WEEKDAYS } from './document/business-hours.ts';
import { dayBefore, weekdayOf, type ZoneClock, zoneClock } from './zone.ts';

/** Minutes of a local day; an end at or before its start is on the next day. */
interface MinuteRange {
  readonly start: number;
  readonly end: number;
}

interface DayException {
  readonly name: string;
  readonly ranges: readonly MinuteRange[];
}

/** An exception of several days; the ends are in, as `YYYY-MM-DD` or, for every year, `MM-DD`. */
interface RangeException extends DayException {
  readonly from: string;
  readonly to: string;
}

/** Business hours ready to be asked. */
export interface Calendar {
  readonly zone: string;
  readonly clock: ZoneClock;
  /** Ranges that begin on each weekday, Monday first. */
  readonly weekly: readonly (readonly MinuteRange[])[];
  /** By date, and by `MM-DD` those of every year. */
  readonly days: ReadonlyMap<string, DayException>;
  readonly spans: readonly RangeException[];
  /** What somebody switched by hand; without an end it holds until it is cleared. */
  readonly override: { readonly isOpen: boolean; readonly untilMs: number | undefined } | undefined;
}

export interface CalendarAnswer {
  readonly open: boolean;
  /** For the trace: local day and time, and the exception when one applies. */
  readonly why: string;
}

/**
 * Prepares business hours; `organizationZone` applies when they name no zone of their own. Of exceptions that meet on a
 * day the most particular counts: a date, then a span of dates, then a day of every year, then a span of every year; of
 * equals the first.
 */
export function compileCalendar(hours: BusinessHours, organizationZone: string, override?: HoursOverride): Calendar {
  const zone = hours.timezone ?? organizationZone;
  const days = new Map<string, DayException>();
  const spans: RangeException[] = [];
  for (const { date, from, to, name, ranges } of hours.exceptions) {
    const day: DayException = { name, ranges: (ranges ?? []).map(parseRange) };
    if (date !== undefined && !days.has(date)) days.set(date, day);
    if (from !== undefined && to !== undefined) spans.push({ ...day, from, to });
  }
  return {
    zone,
    clock: zoneClock(zone),
    weekly: WEEKDAYS.map((day) => (hours.weekly[day] ?? []).map(parseRange)),
    days,
    spans,
    override: override && {
      isOpen: override.state === 'open',
      untilMs: override.until === undefined ? undefined : Date.parse(override.until),
    },
  };
}

/**
 * Open or closed at an instant. A range belongs to the local day on which it begins; that is why an exception takes
 * the night range of its day with it, and why the night range of the day before still runs out.
 */
export function isOpenAt(calendar: Calendar, instant: Date): CalendarAnswer {
  const { override } = calendar;
  if (override !== undefined && (override.untilMs === undefined || instant.getTime() < override.untilMs)) {
    const until = override.untilMs === undefined ? 'it is cleared' : new Date(override.untilMs).toISOString();
    return { open: override.isOpen, why: `switched by hand until ${until}` };
  }
  const { date, weekday, minute } = calendar.clock(instant);
  const yesterday = dayBefore(date);
  const open =
    rangesOf(calendar, date).some(
      (range) => minute >= range.start && (minute < range.end || range.end <= range.start),
    ) || rangesOf(calendar, yesterday).some((range) => range.end <= range.start && minute < range.end);
  const exception = exceptionOn(calendar, date);
  const time = `${WEEKDAYS[weekday]} ${date} ${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
  const because = exception === undefined ? '' : `, exception ${exception.name || date}`;
  return { open, why: `${time} ${calendar.zone}${because}` };
}

/** The ranges that begin on a local day. */
export function rangesOf(calendar: Calendar, date: string): readonly MinuteRange[] {
  return exceptionOn(calendar, date)?.ranges ?? calendar.weekly[weekdayOf(date)] ?? [];
}

function exceptionOn({ days, spans }: Calendar, date: string): DayException | undefined {
  const dayOfYear = date.slice(5);
  const dated = days.get(date) ?? spans.find(({ from, to }) => from.length === 10 && from <= date && date <= to);
  if (dated !== undefined) return dated;
  return days.get(dayOfYear) ?? spans.find((span) => span.from.length === 5 && isWithinYear(span, dayOfYear));
}

/** `12-24` to `01-02` runs over the new year. */
function isWithinYear({ from, to }: RangeException, dayOfYear: string): boolean {
  const isAfter = from <= dayOfYear;
  const isBefore = dayOfYear <= to;
  return from <= to ? isAfter && isBefore : isAfter || isBefore;
}

function parseRange(text: string): MinuteRange {
  return { start: minuteOf(text.slice(0, 5)), end: minuteOf(text.slice(6)) };
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
