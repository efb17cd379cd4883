import type { HoursException } from '../../routing/index.ts';
import { calendarEvents, type IcalendarEvent } from '../rules/icalendar.ts';
import { daysOfRule } from '../rules/yearly-rule.ts';

export interface HolidayCalendar {
  readonly holidays: readonly HoursException[];
  /** Entries that no exception can say, by the line or the place they stand at, from 1. */
  readonly refused: readonly RefusedEntry[];
}

export interface RefusedEntry {
  readonly line: number;
  readonly message: string;
}

/** Holidays that move with the weekday are written out for this many years. */
const YEARS_AHEAD = 5;

/** The longest name an exception can have. */
const LONGEST_NAME = 255;

/**
 * Reads the public holidays of a calendar file: iCalendar (RFC 5545), as calendars export it, or the JSON list of
 * Nager.Date. Each becomes an exception that closes its days: of one year, or of every year where the file says so. Total:
 * what it cannot read is refused with the reason. `today` is `YYYY-MM-DD`.
 */
export function readHolidays(text: string, today: string): HolidayCalendar {
  return /^\s*\[/.test(text) ? readList(text) : readIcalendar(text, today);
}

function readIcalendar(text: string, today: string): HolidayCalendar {
  const holidays: HoursException[] = [];
  const refused: RefusedEntry[] = [];
  const events = calendarEvents(text);
  if (events.length === 0) refused.push({ line: 1, message: 'this is no iCalendar file: it holds no VEVENT' });
  for (const event of events) {
    if (event.status === 'CANCELLED') continue;
    const found = holidaysOf(event, Number(today.slice(0, 4)));
    if (typeof found === 'string') refused.push({ line: event.line, message: `${nameOf(event.summary)}: ${found}` });
    else holidays.push(...found);
  }
  return { holidays, refused };
}

/** The exceptions an event makes, or why it makes none. */
function holidaysOf(event: IcalendarEvent, thisYear: number): readonly HoursException[] | string {
  const { first, last, rule } = event;
  if (first === undefined || last === undefined)
    return 'it is no whole day; only events of whole days close a schedule';
  const name = nameOf(event.summary);
  if (rule === undefined) return [closedOn(first, last, name)];
  if (event.hasExceptions) return 'it repeats but for some days; add its days by hand';
  const days = daysOfRule(rule, first, { from: thisYear, years: YEARS_AHEAD });
  if (days === undefined) return `it repeats by ${rule}, which a schedule cannot say; add its days by hand`;
  if (days === 'every-year') return [closedOn(first.slice(5), last.slice(5), name)];
  if (first !== last) return 'it moves and is longer than a day; add its days by hand';
  return days.map((day) => closedOn(day, day, name));
}

function readList(text: string): HolidayCalendar {
  const holidays: HoursException[] = [];
  const refused: RefusedEntry[] = [];
  for (const [index, item] of listIn(text).entries()) {
    const { date, localName, name, global } = item as Readonly<Record<string, unknown>>;
    const label = nameOf(textOr(localName, textOr(name, '')));
    const refuse = (message: string) => refused.push({ line: index + 1, message: `${label}: ${message}` });
    if (typeof date !== 'string' || !isDay(date)) refuse('it has no date such as 2026-12-25');
    else if (global === false) refuse('it holds in a part of the country only; add it by hand where it does');
    else holidays.push(closedOn(date, date, label));
  }
  return { holidays, refused };
}

function listIn(text: string): readonly object[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map((item) => (typeof item === 'object' && item !== null ? item : {})) : [];
  } catch {
    // Cut off or no JSON at all: one entry that cannot be read, so that somebody is told.
    return [{}];
  }
}

function closedOn(first: string, last: string, name: string): HoursException {
  return first === last ? { date: first, name, closed: true } : { from: first, to: last, name, closed: true };
}

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function nameOf(text: string): string {
  return [...text.trim()].slice(0, LONGEST_NAME).join('') || 'Holiday';
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value : otherwise;
}
