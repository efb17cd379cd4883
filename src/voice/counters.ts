import { lte, sql } from 'drizzle-orm';
import { assertNever } from '../core/errors.ts';
import { executeKept } from '../db/execute-kept.ts';
import type { Db } from '../db/open.ts';
import { usageWindows } from '../db/schema/index.ts';
import type { LeastRecentQuestion, WindowQuestion } from '../routing/index.ts';
import type { Asker, Counters } from '../webhooks/index.ts';
import { engage } from './assistants/engage.ts';
import { takeSeat } from './conference/seat.ts';
import { countOutbound } from './outbound-usage.ts';
import { createTurns } from './turns.ts';

/** State of calls in Postgres: one atomic statement a question (or several), so that several processes share one truth (P8). */
export function createCounters(db: Db): Counters {
  const takeTurn = createTurns(db);
  return {
    answer(asker, question) {
      switch (question.kind) {
        case 'tick':
          return takeTurn(asker.organizationId, question.key);
        case 'least_recent':
          return leastRecent(db, asker, question);
        case 'window':
          return countInWindow(db, asker, question);
        case 'engage':
          return engage(db, asker, question);
        case 'seat':
          return takeSeat(db, asker, question);
        case 'usage':
          return countOutbound(db, asker, question);
        default:
          return assertNever(question);
      }
    },
  };
}

/** Members a rotation remembers, those that are gone included: a group has at most a hundred. */
const MOST_REMEMBERED = 300;

/**
 * The row keeps the members in the order of their last turns. Its lock makes two calls at once take two different
 * members: the second sees the order that the first left.
 */
async function leastRecent(db: Db, { organizationId }: Asker, { key, among }: LeastRecentQuestion): Promise<number> {
  const members = sql`array(select jsonb_array_elements_text(${JSON.stringify(among)}::jsonb))`;
  const [row] = await executeKept<{ chosen: string }>(
    db,
    sql`
    insert into voice.rotation_orders as known (organization_id, key, members)
    values (${organizationId}, ${key}, array[${among[0] ?? ''}::text])
    on conflict (organization_id, key) do update set members = (
      select array(select member from unnest(known.members) with ordinality as turn (member, place)
          where member <> picked.member and place > cardinality(known.members) - ${MOST_REMEMBERED}::int
          order by place) || picked.member
      from (select coalesce(
        (select member from unnest(${members}) with ordinality as turn (member, place)
          where member <> all (known.members) order by place limit 1),
        (select member from unnest(known.members) with ordinality as turn (member, place)
          where member = any (${members}) order by place limit 1)) as member) as picked)
    returning members[cardinality(members)] as chosen`,
  );
  const index = row === undefined ? -1 : among.indexOf(row.chosen);
  if (index < 0) throw new Error('a rotation came back without its member');
  return index;
}

async function countInWindow(
  db: Db,
  { organizationId, at }: Asker,
  { key, add, seconds }: WindowQuestion,
): Promise<number> {
  const now = sql`${at.toISOString()}::timestamptz`;
  if (add === 0) {
    const [row] = await executeKept<{ count: number }>(
      db,
      sql`select count from voice.usage_windows
        where organization_id = ${organizationId} and key = ${key} and ends_at > ${now}`,
    );
    return row?.count ?? 0;
  }
  const endsAt = new Date(at.getTime() + seconds * 1000).toISOString();
  const [row] = await executeKept<{ count: number }>(
    db,
    sql`insert into voice.usage_windows as known (organization_id, key, count, ends_at)
      values (${organizationId}, ${key}, ${add}, ${endsAt})
      on conflict (organization_id, key) do update set
        count = excluded.count + case when known.ends_at <= ${now} then 0 else known.count end,
        ends_at = case when known.ends_at <= ${now} then excluded.ends_at else known.ends_at end
      returning count`,
  );
  if (row === undefined) throw new Error('a window came back without its count');
  return row.count;
}

/** Removes windows that are over. Walks the index on their ends. */
export async function purgeUsageWindows(db: Db, now: Date): Promise<void> {
  await db.delete(usageWindows).where(lte(usageWindows.endsAt, now));
}
