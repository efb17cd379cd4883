const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/**
 * The days of a recurrence rule (RFC 5545 section 3.3.10) that begins on `first`: `every-year` for the same day of every
 * year, the days themselves for a weekday that is counted from either end of a month (`BYMONTH=11;BYDAY=4TH`), and
 * undefined for any other rule.
 */
export function daysOfRule(
  rule: string,
  first: string,
  within: { readonly from: number; readonly years: number },
): readonly string[] | 'every-year' | undefined {
  const parts = new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string | undefined]));
  parts.delete('WKST');
  const take = (name: string) => {
    const value = parts.get(name);
    parts.delete(name);
    return value;
  };
  if (take('FREQ') !== 'YEARLY' || (take('INTERVAL') ?? '1') !== '1') return undefined;
  const month = take('BYMONTH') ?? String(Number(first.slice(5, 7)));
  const dayOfMonth = take('BYMONTHDAY');
  const weekday = take('BYDAY');
  const until = take('UNTIL');
  // What is left (COUNT, BYSETPOS, BYWEEKNO, …) makes it a rule we do not know.
  if (parts.size > 0 || !/^([1-9]|1[0-2])$/.test(month)) return undefined;
  if (weekday === undefined) {
    const [, monthOfFirst, dayOfFirst] = first.split('-').map(Number);
    const isSameDay = Number(month) === monthOfFirst && Number(dayOfMonth ?? dayOfFirst) === dayOfFirst;
    return isSameDay && until === undefined ? 'every-year' : undefined;
  }
  const [, place, name] = /^(-?[1-5])(SU|MO|TU|WE|TH|FR|SA)$/.exec(weekday) ?? [];
  if (place === undefined || name === undefined || dayOfMonth !== undefined) return undefined;
  const start = Math.max(within.from, Number(first.slice(0, 4)));
  const years = Array.from({ length: within.years }, (_, index) => start + index);
  const end = until === undefined ? '9999' : `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`;
  return years
    .map((year) => nthWeekday(year, Number(month), Number(place), DAYS.indexOf(name)))
    .filter((day) => day !== undefined)
    .filter((day) => day >= first && day <= end);
}

/** The first (1), second (2), last (-1), … such weekday of a month; undefined when the month has no fifth. */
function nthWeekday(year: number, month: number, place: number, weekday: number): string | undefined {
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const weekdayOfFirst = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const firstOne = 1 + ((weekday - weekdayOfFirst + 7) % 7);
  const lastOne = firstOne + 7 * Math.floor((daysInMonth - firstOne) / 7);
  const day = place > 0 ? firstOne + 7 * (place - 1) : lastOne + 7 * (place + 1);
  if (day < 1 || day > daysInMonth) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
