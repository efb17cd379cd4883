import { z } from 'zod';
import { labelSchema, listOf, nameSchema, statusSchema, timezoneSchema } from './common.ts';
import { targetSchema } from './target.ts';

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export type Weekday = (typeof WEEKDAYS)[number];

const RANGE = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/;

/** `HH:MM-HH:MM` in local time: the start is in, the end is out. An end before its start is on the next day. */
const timeRangeSchema = z
  .string('write a range in quotes: "09:00-17:30"')
  .regex(RANGE, 'write a range as "HH:MM-HH:MM", e.g. "09:00-17:30"; midnight at the end is 24:00')
  .refine((range) => range.slice(0, 5) !== range.slice(6), 'a range that lasts all day is "00:00-24:00"');

const dayRangesSchema = z.array(timeRangeSchema, 'list the ranges of the day, e.g. ["09:00-17:30"]');

/** `2026-12-25`, or `12-25` for every year. */
const exceptionDateSchema = z
  .string('write the date in quotes: "2026-12-25"')
  .refine(isCalendarDate, 'write a date that exists as "YYYY-MM-DD", or as "MM-DD" for every year');

/** A day that differs, or every day of a range. It replaces everything that would begin on that day. */
const hoursExceptionSchema = z
  .strictObject({
    date: exceptionDateSchema.optional(),
    /** First and last day of a range, both included; as `MM-DD` it may run over the new year. */
    from: exceptionDateSchema.optional(),
    to: exceptionDateSchema.optional(),
    name: labelSchema.default(''),
    closed: z.boolean('use true or false').optional(),
    ranges: dayRangesSchema.optional(),
  })
  .superRefine((day, context) => {
    for (const [path, message] of exceptionProblems(day))
      context.addIssue({ code: 'custom', path: path === '' ? [] : [path], message });
  });

export type HoursException = Readonly<z.output<typeof hoursExceptionSchema>>;

/** When somebody is there, and where calls go then and otherwise. */
export const businessHoursSchema = z.strictObject({
  name: nameSchema,
  status: statusSchema,
  timezone: timezoneSchema.optional(),
  weekly: z.partialRecord(z.enum(WEEKDAYS, `use ${WEEKDAYS.join(', ')}`), dayRangesSchema).default({}),
  exceptions: listOf(hoursExceptionSchema),
  open: targetSchema,
  closed: targetSchema.default('hangup'),
});

export type BusinessHours = Readonly<z.output<typeof businessHoursSchema>>;

/** What somebody switched by hand: it goes before ranges and exceptions until then, or until it is cleared. */
export const hoursOverrideSchema = z.strictObject({
  state: z.enum(['open', 'closed'], 'use open or closed'),
  until: z.iso.datetime({ offset: true, error: 'write an instant such as 2026-12-24T18:00:00+01:00' }).optional(),
});

export type HoursOverride = Readonly<z.output<typeof hoursOverrideSchema>>;

function exceptionProblems(day: {
  readonly date?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly closed?: boolean | undefined;
  readonly ranges?: readonly string[] | undefined;
}): (readonly [path: string, message: string])[] {
  const problems: (readonly [string, string])[] = [];
  const { date, from, to } = day;
  if (date !== undefined && (from !== undefined || to !== undefined))
    problems.push(['date', 'give either a date, or from and to']);
  else if (date === undefined && (from === undefined || to === undefined))
    problems.push(['date', 'give a date, or both from and to']);
  else if (from !== undefined && to !== undefined) {
    if (from.length !== to.length) problems.push(['to', 'write from and to alike: both with a year, or both without']);
    else if (from.length === 10 && to < from) problems.push(['to', 'the last day is before the first']);
  }
  if ((day.closed === true) === (day.ranges !== undefined && day.ranges.length > 0))
    problems.push(['', 'an exception is either closed: true or has ranges']);
  return problems;
}

function isCalendarDate(text: string): boolean {
  // The 29th of February may be a day of every year; it comes when it comes.
  const full = /^[0-9]{2}-[0-9]{2}$/.test(text) ? `2024-${text}` : text;
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(full)) return false;
  const date = new Date(`${full}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(full);
}
