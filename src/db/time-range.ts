import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { organizations } from './schema/index.ts';

const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

const timeBound = z
  .string()
  .refine(
    (text) => !Number.isNaN(Date.parse(text)) && (DAY.test(text) || /T.*(Z|[+-][0-9]{2}:[0-9]{2})$/.test(text)),
    'write a day such as 2026-01-31, or an instant such as 2026-01-31T09:00:00Z',
  );

/** The filters of a list of what happened at some time. */
export const timeRange = {
  since: timeBound.meta({ description: 'From this instant on, or from the beginning of this day.' }),
  until: timeBound.meta({ description: 'Before this instant, or to the end of this day.' }),
};

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

function instantOf(text: string, daysMore: number, organizationId: string): SQL | Date {
  if (!DAY.test(text)) return new Date(text);
  const zone = sql`(select ${organizations.timezone} from ${organizations} where ${eq(organizations.id, organizationId)})`;
  return sql`((${text}::date + ${daysMore}::int)::timestamp at time zone ${zone})`;
}
