import { z } from 'zod';
import { labelSchema, listOf, nameSchema, timezoneSchema } from './common.ts';
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

/** One dated day that differs. It replaces everything that would begin on that day. */
const hoursExceptionSchema = z
  .strictObject({
    date: z
      .string('write the date in quotes: "2026-12-25"')
      .refine(isCalendarDate, 'write a date that exists as "YYYY-MM-DD"'),
    name: labelSchema.default(''),
    closed: z.boolean('use true or false').optional(),
    ranges: dayRangesSchema.optional(),
  })
  .refine(
    (day) => (day.closed === true) !== (day.ranges !== undefined && day.ranges.length > 0),
    'an exception is either closed: true or has ranges',
  );

/** When somebody is there, and where calls go then and otherwise. */
export const businessHoursSchema = z.strictObject({
  name: nameSchema,
  timezone: timezoneSchema.optional(),
  weekly: z.partialRecord(z.enum(WEEKDAYS, `use ${WEEKDAYS.join(', ')}`), dayRangesSchema).default({}),
  exceptions: listOf(hoursExceptionSchema),
  open: targetSchema,
  closed: targetSchema.default('hangup'),
});

export type BusinessHours = Readonly<z.output<typeof businessHoursSchema>>;

function isCalendarDate(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
