import { and, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import type { ListQuery } from '../../db/resource.ts';
import { calls, organizations } from '../../db/schema/index.ts';
import { callsThat } from './read.ts';

export const STATISTICS = ['hour', 'day', 'number', 'extension', 'place', 'assistant', 'disposition'] as const;

export type StatisticsBy = (typeof STATISTICS)[number];

/** Calls of one hour, day, number, extension, place, AI assistant or outcome. */
const statisticsRowSchema = z.object({
  /** The hour of the day (`09`), the day (`2026-01-31`), the number of ours, the extension, where the call ended, … */
  key: z.string(),
  calls: z.int(),
  answered: z.int(),
  /** Callers who gave up or whom nobody answered. */
  missed: z.int(),
  blocked: z.int(),
  failed: z.int(),
  billableSeconds: z.int(),
  /** Of the calls that were answered. */
  averageSeconds: z.number(),
});

export const statisticsSchema = z.object({
  by: z.enum(STATISTICS),
  /** Hours and days are those of this zone. */
  timezone: z.string(),
  total: statisticsRowSchema.omit({ key: true }),
  items: z.array(statisticsRowSchema),
});

/** Most groups told; but for hours and days, those with the most calls come first. */
const MOST_GROUPS = 1000;

/**
 * How many calls there were, of the last 30 days unless `since` says otherwise. One statement: it walks the index
 * (organization, started_at, id) over the range and groups what it finds, the total with it.
 */
export async function callStatistics(
  context: Context,
  by: StatisticsBy,
  filter: NonNullable<ListQuery['filter']>,
): Promise<z.output<typeof statisticsSchema>> {
  context.require('voice.call.read');
  const monthAgo = new Date(context.clock.now().getTime() - 30 * 86_400_000).toISOString();
  const where = callsThat(context, { since: monthAgo, ...filter });
  const key = keyOf(by);
  const answered = sql`${calls.status} in ('answered', 'completed')`;
  const order = by === 'hour' || by === 'day' ? sql`key` : sql`calls desc, key`;
  const rows = await context.db.execute<{
    key: string | null;
    is_total: boolean;
    timezone: string;
    calls: number;
    answered: number;
    missed: number;
    blocked: number;
    failed: number;
    billable_seconds: number;
    average_seconds: number;
  }>(sql`
    select key, grouping(key) = 1 as is_total, max(timezone) as timezone, count(id)::int as calls,
      count(*) filter (where answered)::int as answered,
      count(*) filter (where status in ('no_answer', 'busy', 'cancelled'))::int as missed,
      count(*) filter (where status = 'blocked')::int as blocked,
      count(*) filter (where status = 'failed')::int as failed,
      coalesce(sum(billable_seconds), 0)::int as billable_seconds,
      coalesce(round(avg(billable_seconds) filter (where answered), 1), 0)::float8 as average_seconds
    from (
      select ${calls.id} as id, ${calls.status} as status, ${calls.billableSeconds} as billable_seconds,
        ${answered} as answered, ${organizations.timezone} as timezone, ${key} as key
      from ${organizations} left join ${calls} on ${where}
      where ${and(eq(organizations.id, context.organizationId))}
    ) as call
    group by grouping sets ((key), ())
    order by is_total desc, ${order}
    limit ${MOST_GROUPS + 1}`);
  const [total, ...items] = rows.map((row) => ({
    key: row.key ?? 'none',
    calls: row.calls,
    answered: row.answered,
    missed: row.missed,
    blocked: row.blocked,
    failed: row.failed,
    billableSeconds: row.billable_seconds,
    averageSeconds: row.average_seconds,
  }));
  if (total === undefined) throw new Error('the organization of a statistics request is gone');
  const { key: _, ...sums } = total;
  return { by, timezone: rows[0]?.timezone ?? 'UTC', total: sums, items: items.filter((item) => item.calls > 0) };
}

function keyOf(by: StatisticsBy): SQL {
  const local = sql`(${calls.startedAt} at time zone ${organizations.timezone})`;
  switch (by) {
    case 'hour':
      return sql`to_char(${local}, 'HH24')`;
    case 'day':
      return sql`to_char(${local}, 'YYYY-MM-DD')`;
    case 'number':
      return sql`${calls.did}`;
    case 'extension':
      return sql`${calls.extension}`;
    case 'place':
      return sql`${calls.place}`;
    case 'assistant':
      return sql`${calls.assistant}`;
    case 'disposition':
      return sql`${calls.status}::text`;
  }
}
