import { sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { messageParts } from '../../db/schema/index.ts';

/** Slices that still wait for something, by their state. */
export type OpenCounts = Readonly<Record<'queued' | 'submitting' | 'unknown', number>>;

/** How many slices of the whole installation are under way. Counts by message_parts_lanes and message_parts_unsettled. */
export async function countOpenSlices(db: Db): Promise<OpenCounts> {
  const [row] = await db.execute<{ [K in keyof OpenCounts]: number }>(sql`
    select
      (select count(*)::integer from ${messageParts} where status = 'queued' and direction = 'outbound') as queued,
      (select count(*)::integer from ${messageParts} where status = 'submitting') as submitting,
      (select count(*)::integer from ${messageParts} where status = 'unknown') as unknown`);
  return row ?? { queued: 0, submitting: 0, unknown: 0 };
}
