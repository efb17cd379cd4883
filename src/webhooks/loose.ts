/*
 * Reading what Cloudonix sends, which is typed loosely: ids as numbers or text, null for absent, objects that became
 * JSON text on their way through a form. Nothing here throws.
 */

export type LooseRecord = Readonly<Record<string, unknown>>;

/** The object in `value`: itself, the only entry of a list, or parsed from JSON text. */
export function recordOf(value: unknown): LooseRecord | undefined {
  if (Array.isArray(value)) return value.length === 1 ? recordOf(value[0]) : undefined;
  if (typeof value === 'object' && value !== null) return value as LooseRecord;
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return undefined;
  return recordOf(jsonOf(value));
}

/** Parsed JSON; undefined when it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Text, or a number as text. Null, blank and everything else are absent. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** The first of these that is text. */
export function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = textOf(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A finite number, also when it came as text. */
export function numberOf(value: unknown): number | undefined {
  const text = textOf(value);
  const number = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** No call lasts a year. */
const LONGEST_SECONDS = 366 * 86_400;

/** A length of time in whole seconds; what is negative, or longer than any call, says nothing. */
export function secondsOf(value: unknown): number | undefined {
  const seconds = numberOf(value);
  return seconds === undefined || seconds < 0 || seconds > LONGEST_SECONDS ? undefined : Math.round(seconds);
}

/** Lower case, letters only: how statuses are compared, because their spelling varies. */
export function lettersOf(value: unknown): string {
  return (textOf(value) ?? '').toLowerCase().replace(/[^a-z]/g, '');
}

/** The entry of a table under a loosely spelled word. Own entries only: `constructor` is nobody's status. */
export function entryFor<Entry>(table: Readonly<Record<string, Entry>>, value: unknown): Entry | undefined {
  const word = lettersOf(value);
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** Years of more than four digits are some other unit, and no database takes them. */
const LATEST_MS = Date.UTC(9999, 11, 31);

/**
 * An instant as ISO 8601 in UTC, from ISO text, or from an epoch in milliseconds or seconds. An epoch of 0 stands for what
 * did not happen (`callAnswerTime` of a call that nobody answered).
 */
export function isoTimeOf(value: unknown, unit: 'milliseconds' | 'seconds' = 'milliseconds'): string | undefined {
  const number = numberOf(value);
  const time = new Date(
    number === undefined ? (textOf(value) ?? Number.NaN) : number * (unit === 'seconds' ? 1000 : 1),
  );
  return time.getTime() > 0 && time.getTime() < LATEST_MS ? time.toISOString() : undefined;
}

/** A body as an object or a list of objects: JSON first, a form as the fallback. */
export function bodyOf(text: string, contentType: string): unknown {
  if (contentType.includes('json')) return jsonOf(text) ?? formOf(text);
  if (contentType.includes('x-www-form-urlencoded')) return jsonIfObject(text) ?? formOf(text);
  return jsonIfObject(text) ?? formOf(text);
}

function jsonIfObject(text: string): unknown {
  return /^\s*[[{]/.test(text) ? jsonOf(text) : undefined;
}

function formOf(text: string): LooseRecord | undefined {
  return /^[^\s{[<=]+=/.test(text) ? Object.fromEntries(new URLSearchParams(text)) : undefined;
}
