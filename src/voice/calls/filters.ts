import { and, eq, gte, isNull, like, or, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { timeRange } from '../../db/time-range.ts';

/** A number as people put it into an address: the `+` of E.164 arrives as a space when it was not escaped. */
const numberPattern = z
  .string()
  .max(64, 'use at most 64 characters')
  .transform((text) => text.replace(/^ (?=[0-9*])/, '+').trim())
  .refine(
    (text) => text !== '' && !text.slice(0, -1).includes('*'),
    'write a number, or its beginning with * at the end',
  );

/** Filters that calls and CDRs share. */
export const sharedFilters = {
  direction: z.string(),
  number: numberPattern.meta({ description: 'Either side, or the number of ours; `+1212*` for a beginning.' }),
  from: numberPattern.meta({ description: 'Who called; `+1212*` for a beginning.' }),
  to: numberPattern.meta({ description: 'What was dialled; `+1212*` for a beginning.' }),
  extension: z.string().meta({ description: 'The extension that placed the call, or was rung alone last.' }),
  ...timeRange,
};

/** Rows whose column is the number, or begins with what stands before a `*`. */
export function numberIs(column: PgColumn, pattern: string | undefined): SQL | undefined {
  if (pattern === undefined) return undefined;
  if (!pattern.endsWith('*')) return eq(column, pattern);
  return like(column, `${pattern.slice(0, -1).replace(/[\\%_]/g, '\\$&')}%`);
}

/** Rows any of whose columns is the number. */
export function anyNumberIs(columns: readonly PgColumn[], pattern: string | undefined): SQL | undefined {
  return pattern === undefined ? undefined : or(...columns.map((column) => numberIs(column, pattern)));
}

/** A call that goes on. What never heard of its end is given up after a day: an update can get lost. */
export function isLive(endedAt: PgColumn, startedAt: PgColumn, now: Date): SQL | undefined {
  return and(isNull(endedAt), gte(startedAt, new Date(now.getTime() - 86_400_000)));
}
