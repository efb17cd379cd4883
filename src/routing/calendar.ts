import { type BusinessHours, WEEKDAYS } from './document/business-hours.ts';
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

/** Business hours ready to be asked. */
export interface Calendar {
  readonly zone: string;
  readonly clock: ZoneClock;
  /** Ranges that begin on each weekday, Monday first. */
  readonly weekly: readonly (readonly MinuteRange[])[];
  readonly exceptions: ReadonlyMap<string, DayException>;
}

export interface CalendarAnswer {
  readonly open: boolean;
  /** For the trace: local day and time, and the exception when one applies. */
  readonly why: string;
}

/** Prepares business hours; `organizationZone` applies when they name no zone of their own. */
export function compileCalendar(hours: BusinessHours, organizationZone: string): Calendar {
  const zone = hours.timezone ?? organizationZone;
  const exceptions = new Map<string, DayException>();
  for (const day of hours.exceptions) {
    exceptions.set(day.date, { name: day.name, ranges: (day.ranges ?? []).map(parseRange) });
  }
  return {
    zone,
    clock: zoneClock(zone),
    weekly: WEEKDAYS.map((day) => (hours.weekly[day] ?? []).map(parseRange)),
    exceptions,
  };
}

/**
 * Open or closed at an instant. A range belongs to the local day on which it begins; that is why an exception takes
 * the night range of its day with it, and why the night range of the day before still runs out.
 */
export function isOpenAt(calendar: Calendar, instant: Date): CalendarAnswer {
  const { date, weekday, minute } = calendar.clock(instant);
  const yesterday = dayBefore(date);
  const open =
    rangesOf(calendar, date).some(
      (range) => minute >= range.start && (minute < range.end || range.end <= range.start),
    ) || rangesOf(calendar, yesterday).some((range) => range.end <= range.start && minute < range.end);
  const exception = calendar.exceptions.get(date);
  const time = `${WEEKDAYS[weekday]} ${date} ${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
  const because = exception === undefined ? '' : `, exception ${exception.name || date}`;
  return { open, why: `${time} ${calendar.zone}${because}` };
}

function rangesOf(calendar: Calendar, date: string): readonly MinuteRange[] {
  return calendar.exceptions.get(date)?.ranges ?? calendar.weekly[weekdayOf(date)] ?? [];
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
