import { type Calendar, type CalendarAnswer, isOpenAt, rangesOf } from './calendar.ts';
import { dayAfter, dayBefore } from './zone.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Days looked ahead for the next change. */
const HORIZON_DAYS = 366;

/** How long before a change of the clocks `boundariesOf` names it. */
const TOLD_AHEAD_DAYS = 3;

export interface HoursAnswer extends CalendarAnswer {
  /** When open becomes closed or closed open; undefined when that is not within a year. */
  readonly changesAt: Date | undefined;
}

/**
 * Open or closed at an instant, and until when. The state can only change where a range begins or ends, where the clocks
 * change, and where a switch by hand runs out; only these instants are looked at.
 */
export function previewHours(calendar: Calendar, at: Date): HoursAnswer {
  const now = isOpenAt(calendar, at);
  const isChange = (instantMs: number) =>
    instantMs > at.getTime() && isOpenAt(calendar, new Date(instantMs)).open !== now.open;
  const { override } = calendar;
  if (override?.untilMs !== undefined && isChange(override.untilMs)) {
    // Until then nothing else counts.
    return { ...now, changesAt: new Date(override.untilMs) };
  }
  const isHeldForEver = override !== undefined && override.untilMs === undefined;
  let date = isHeldForEver ? undefined : dayBefore(calendar.clock(at).date);
  for (let day = 0; date !== undefined && day <= HORIZON_DAYS; day += 1) {
    const found = boundariesOf(calendar, date).filter(isChange);
    // A change of the clocks is told days before it comes: boundaries of the days until then may come before it.
    for (let more = 0; found.length > 0 && more < TOLD_AHEAD_DAYS; more += 1) {
      date = dayAfter(date);
      found.push(...boundariesOf(calendar, date).filter(isChange));
    }
    if (found.length > 0) return { ...now, changesAt: new Date(Math.min(...found)) };
    date = dayAfter(date);
  }
  return { ...now, changesAt: undefined };
}

/** The instants of a local day, and of the night it runs into, at which the state may change. */
function boundariesOf(calendar: Calendar, date: string): number[] {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const before = offsetAt(calendar, midnight - DAY_MS);
  const after = offsetAt(calendar, midnight + TOLD_AHEAD_DAYS * DAY_MS);
  const offsets = before === after ? [before] : [before, after];
  const minutes = rangesOf(calendar, date).flatMap(({ start, end }) => [start, end <= start ? end + 1440 : end]);
  // An exception begins and ends with its day, in the middle of what would hold otherwise.
  const locals = [0, 1440, ...minutes].map((minute) => midnight + minute * MINUTE_MS);
  const instants = locals.flatMap((local) => offsets.map((offset) => local - offset));
  return before === after
    ? instants
    : [
        ...instants,
        clockChangeBetween(calendar, midnight - DAY_MS - before, midnight + TOLD_AHEAD_DAYS * DAY_MS - after),
      ];
}

/** How far the wall clock is ahead of UTC around a local time, in milliseconds. */
function offsetAt(calendar: Calendar, localMs: number): number {
  const { date, minute } = calendar.clock(new Date(localMs));
  return Date.parse(`${date}T00:00:00Z`) + minute * MINUTE_MS - localMs;
}

/** The first minute after the clocks changed, by halving. */
function clockChangeBetween(calendar: Calendar, fromMs: number, toMs: number): number {
  const offset = offsetAt(calendar, fromMs);
  let low = Math.floor(fromMs / MINUTE_MS);
  let high = Math.ceil(toMs / MINUTE_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(calendar, middle * MINUTE_MS) === offset) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}
