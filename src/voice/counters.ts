import { sql } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { rotationCounters } from '../db/schema/index.ts';
import type { Counters } from '../webhooks/index.ts';

/** Where 32 bits end; strategies take the value modulo their members, so beginning again at 0 is harmless. */
const WRAP = 2_000_000_000;

/** Rotation pointers in Postgres: one atomic statement a tick, so that several processes share one order (P8). */
export function createCounters(db: Db): Counters {
  return {
    async next(organizationId, key) {
      const [row] = await db
        .insert(rotationCounters)
        .values({ organizationId, key, value: 0 })
        .onConflictDoUpdate({
          target: [rotationCounters.organizationId, rotationCounters.key],
          set: { value: sql`(${rotationCounters.value} + 1) % ${WRAP}` },
        })
        .returning({ value: rotationCounters.value });
      if (row === undefined) throw new Error('a counter came back without its value');
      return row.value;
    },
  };
}
