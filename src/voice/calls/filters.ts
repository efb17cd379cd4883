import { and, eq, gte, isNull, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { organizations } from '../../db/schema/index.ts';

/** A number as people put it into an address: the `+` of E.164 arrives as a space when it was not escaped. */
const numberPattern = z
  .string()
  .max(64, 'use at most 64 characters')
  .transform((text) => text.replace(/^ (?=[0-9*])/, '+').trim())
  .refine(
    (text) => text !== '' && !text.slice(0, -1).includes('*'),
    'write a number, or its beginning with * at the end',
  );

const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

const timeBound = z
  .string()
  .refine(
    (text) => !Number.isNaN(Date.parse(text)) && (DAY.test(text) || /T.*(Z|[+-][0-9]{2}:[0-9]{2})$/.test(text)),
    'write a day such as 2026-01-31, or an instant such as 2026-01-31T09:00:00Z',
  );

/** Filters that calls and CDRs share. */
export const sharedFilters = {
  direction: z.string(),
  number: numberPattern.meta({ description: 'Either side, or the number of ours; `+1212*` for a beginning.' }),
  from: numberPattern.meta({ description: 'Who called; `+1212*` for a beginning.' }),
  to: numberPattern.meta({ description: 'What was dialled; `+1212*` for a beginning.' }),
  extension: z.string().meta({ description: 'The extension that placed the call, or was rung alone last.' }),
  since: timeBound.meta({ description: 'From this instant on, or from the beginning of this day.' }),
  until: timeBound.meta({ description: 'Before this instant, or to the end of this day.' }),
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

/** Rows between two bounds; a day is one of the organization's time zone. */
export function within(
  column: PgColumn,
  organizationId: string,
  { since, until }: { readonly since?: string | undefined; readonly until?: string | undefined },
): SQL | undefined {
  return and(
    since === undefined ? undefined : gte(column, instantOf(since, 0, organizationId)),
    until === undefined ? undefined : lt(column, instantOf(until, 1, organizationId)),
  );
}

/** A call that goes on. What never heard of its end is given up after a day: an update can get lost. */
export function isLive(endedAt: PgColumn, startedAt: PgColumn, now: Date): SQL | undefined {
  return and(isNull(endedAt), gte(startedAt, new Date(now.getTime() - 86_400_000)));
}

function instantOf(text: string, daysMore: number, organizationId: string): SQL | Date {
  if (!DAY.test(text)) return new Date(text);
  const zone = sql`(select ${organizations.timezone} from ${organizations} where ${eq(organizations.id, organizationId)})`;
  return sql`((${text}::date + ${daysMore}::int)::timestamp at time zone ${zone})`;
}
