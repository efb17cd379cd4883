import { WEEKDAYS } from '../document/business-hours.ts';
import type { PlanDocument } from '../document/document.ts';
import { type Problem, warning } from './problem.ts';

const DAY = 24 * 60;
const WEEK = 7 * DAY;

interface Span {
  readonly path: string;
  readonly text: string;
  readonly start: number;
  /** After `start`, also when that is in the next week. */
  readonly end: number;
}

/** Ranges and spans of days that say the same time twice: one of the two was meant otherwise. */
export function overlapProblems(document: PlanDocument): Problem[] {
  return document.businessHours.flatMap((hours, index) => {
    const path = `businessHours.${index}`;
    const week = WEEKDAYS.flatMap((day, number) =>
      spansOf(`${path}.weekly.${day}`, day, hours.weekly[day] ?? [], number * DAY),
    );
    const days = hours.exceptions.map(({ ranges }, day) =>
      spansOf(`${path}.exceptions.${day}.ranges`, 'that day', ranges ?? [], 0),
    );
    return [
      ...meetings(week, WEEK),
      // An exception is followed by a day we do not know here, so only its own ranges are compared.
      ...days.flatMap((spans) => meetings(spans, undefined)),
      ...seasonProblems(path, hours.exceptions),
    ];
  });
}

function spansOf(path: string, day: string, ranges: readonly string[], offset: number): Span[] {
  return ranges.map((text, index) => {
    const [start = 0, end = 0] = text.split('-').map(minutesOf);
    const length = end > start ? end - start : end - start + DAY;
    return { path: `${path}.${index}`, text: `${day} ${text}`, start: offset + start, end: offset + start + length };
  });
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function meetings(spans: readonly Span[], around: number | undefined): Problem[] {
  return spans.flatMap((later, index) => {
    const earlier = spans.slice(0, index).find((span) => meet(span, later, around));
    if (earlier === undefined) return [];
    return [warning(later.path, `${later.text} overlaps ${earlier.text}; shorten one of them or join the two`)];
  });
}

function meet(left: Span, right: Span, around: number | undefined): boolean {
  const shifts = around === undefined ? [0] : [-around, 0, around];
  return shifts.some((shift) => left.start < right.end + shift && right.start + shift < left.end);
}

/** Two spans of days that meet: the first counts, which nobody sees from the file. */
function seasonProblems(path: string, exceptions: PlanDocument['businessHours'][number]['exceptions']): Problem[] {
  const seasons = exceptions.flatMap(({ from, to }, index) =>
    from === undefined || to === undefined ? [] : [{ from, to, index }],
  );
  return seasons.flatMap(({ from, to, index }, place) => {
    const earlier = seasons.slice(0, place).find((one) => one.from.length === from.length && share(one, { from, to }));
    if (earlier === undefined) return [];
    const message = `${from} to ${to} overlaps ${earlier.from} to ${earlier.to}; where they meet the first of them counts`;
    return [warning(`${path}.exceptions.${index}.from`, message)];
  });
}

interface Season {
  readonly from: string;
  readonly to: string;
}

/** Dates compare as text; a span over the new year is two. */
function share(left: Season, right: Season): boolean {
  return pieces(left).some((one) => pieces(right).some((other) => one.from <= other.to && other.from <= one.to));
}

function pieces({ from, to }: Season): Season[] {
  if (from <= to) return [{ from, to }];
  return [
    { from, to: '12-31' },
    { from: '01-01', to },
  ];
}
