import type { HoursException } from '../../routing/index.ts';

/** Whether an exception has no day left on or after `today` (`YYYY-MM-DD`). One of every year never has. */
export function isOver({ date, to }: HoursException, today: string): boolean {
  const last = date ?? to ?? '';
  return last.length === 10 && last < today;
}

/**
 * Whether a schedule already says something for every day of a holiday: what somebody wrote by hand, special hours for
 * instance, is not to be undone by a list. A holiday of every year is covered by one of every year only.
 */
export function isCovered(holiday: HoursException, existing: readonly HoursException[]): boolean {
  const first = holiday.date ?? holiday.from ?? '';
  const last = holiday.date ?? holiday.to ?? '';
  return existing.some((exception) => covers(exception, first) && covers(exception, last));
}

function covers({ date, from, to }: HoursException, day: string): boolean {
  const first = date ?? from ?? '';
  const last = date ?? to ?? '';
  const asked = first.length === 5 ? day.slice(-5) : day;
  if (asked.length !== first.length) return false;
  return first <= last ? first <= asked && asked <= last : first <= asked || asked <= last;
}
