/** An event of a calendar file, as far as it matters to whole days. */
export interface IcalendarEvent {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly summary: string;
  readonly status: string;
  /** First and last day, both included, `YYYY-MM-DD`; undefined for an event of some hours. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** The recurrence rule as it stands there. */
  readonly rule: string | undefined;
  /** Some of its repetitions are taken out. */
  readonly hasExceptions: boolean;
}

interface Property {
  readonly name: string;
  readonly value: string;
}

const DAY_MS = 86_400_000;

/** The events of an iCalendar text (RFC 5545 section 3.6.1), in their order. Lines that are no properties are passed over. */
export function calendarEvents(text: string): readonly IcalendarEvent[] {
  const events: IcalendarEvent[] = [];
  let open: { readonly line: number; readonly properties: Map<string, Property> } | undefined;
  /** Alarms and the like inside an event have properties of the same names. */
  let depth = 0;
  for (const { line, text: content } of unfolded(text)) {
    const property = propertyOf(content);
    if (property === undefined) continue;
    const { name, value } = property;
    if (name === 'BEGIN') {
      if (open !== undefined) depth += 1;
      else if (value.toUpperCase() === 'VEVENT') open = { line, properties: new Map() };
    } else if (name === 'END' && open !== undefined) {
      if (depth > 0) depth -= 1;
      else {
        events.push(eventOf(open.line, open.properties));
        open = undefined;
      }
    } else if (depth === 0 && open !== undefined && !open.properties.has(name)) open.properties.set(name, property);
  }
  return events;
}

function eventOf(line: number, properties: ReadonlyMap<string, Property>): IcalendarEvent {
  const first = dayOf(properties.get('DTSTART'));
  return {
    line,
    summary: unescaped(properties.get('SUMMARY')?.value ?? ''),
    status: properties.get('STATUS')?.value.toUpperCase() ?? '',
    first,
    last: first === undefined ? undefined : lastDayOf(first, properties),
    rule: properties.get('RRULE')?.value.toUpperCase(),
    hasExceptions: properties.has('EXDATE') || properties.has('RDATE'),
  };
}

/** `DTEND` is the day after the last (3.6.1); without it and a duration the event is of one day. */
function lastDayOf(first: string, properties: ReadonlyMap<string, Property>): string | undefined {
  const end = properties.get('DTEND');
  if (end !== undefined) {
    const after = dayOf(end);
    return after === undefined ? undefined : after > first ? dayLater(after, -1) : first;
  }
  const duration = properties.get('DURATION')?.value;
  if (duration === undefined) return first;
  const [, days, weeks] = /^P(?:([0-9]{1,3})D|([0-9]{1,2})W)$/.exec(duration) ?? [];
  if (days === undefined && weeks === undefined) return undefined;
  return dayLater(first, Math.max(1, Number(days ?? 0) + 7 * Number(weeks ?? 0)) - 1);
}

/** A DATE value (3.3.4); undefined for a date with a time. */
function dayOf(property: Property | undefined): string | undefined {
  const [, year, month, day] = /^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(property?.value ?? '') ?? [];
  if (year === undefined) return undefined;
  const text = `${year}-${month}-${day}`;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : undefined;
}

function dayLater(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** A line that begins with a space or a tab goes on with the one before it (3.1). */
function unfolded(text: string): readonly { readonly line: number; readonly text: string }[] {
  const lines: { line: number; text: string }[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const before = lines.at(-1);
    if (/^[ \t]/.test(raw) && before !== undefined) before.text += raw.slice(1);
    else lines.push({ line: index + 1, text: raw.replace(/^\uFEFF/, '') });
  }
  return lines;
}

function propertyOf(line: string): Property | undefined {
  const [, name, value] = /^([A-Za-z0-9-]+)(?:;(?:"[^"]*"|[^":])*)?:(.*)$/s.exec(line) ?? [];
  if (name === undefined) return undefined;
  return { name: name.toUpperCase(), value: (value ?? '').trim() };
}

/** TEXT values (3.3.11). */
function unescaped(text: string): string {
  return text.replace(/\\([\\;,nN])/g, (_, sign: string) => (/[nN]/.test(sign) ? ' ' : sign));
}
