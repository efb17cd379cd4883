import { sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { broadcasts, messages } from '../../db/schema/index.ts';
import { MOST_LISTED, type RefusedLine } from './broadcast.schema.ts';

const REASON =
  'The program ended while it took the list over. What was accepted until then is sent; send the rest as a new broadcast.';

/**
 * Ends the broadcasts that are `accepting` and have not moved since `since`: the process that read their list is gone. They
 * become `interrupted`, with the number of messages that are truly there, and with the line from which nothing is. A reader
 * that only was slow takes the state back with its next thousand. Returns how many.
 */
export async function interruptAbandoned(db: Db, since: Date, now: Date): Promise<number> {
  const note: Omit<RefusedLine, 'line'> = { to: '', code: 'broadcast.interrupted', reason: REASON };
  const rows = await db.execute(sql`
    with abandoned as (
      select broadcast.id, broadcast.organization_id, counted.accepted,
        greatest(broadcast.received, counted.accepted + broadcast.duplicate_count + broadcast.refused_count) as received
      from ${broadcasts} as broadcast
      cross join lateral (
        select count(*)::integer as accepted from ${messages} as message
        where message.organization_id = broadcast.organization_id and message.broadcast_id = broadcast.id
      ) as counted
      where broadcast.status = 'accepting' and broadcast.updated_at < ${since.toISOString()}::timestamptz
    )
    update ${broadcasts} as broadcast
    set status = 'interrupted', accepted = abandoned.accepted, received = abandoned.received,
      refused_count = broadcast.refused_count + 1, updated_at = ${now.toISOString()}::timestamptz,
      refused = case when jsonb_array_length(broadcast.refused) >= ${MOST_LISTED}::integer then broadcast.refused
        else broadcast.refused || jsonb_build_array(
          ${JSON.stringify(note)}::jsonb || jsonb_build_object('line', abandoned.received + 1)) end
    from abandoned
    where broadcast.organization_id = abandoned.organization_id and broadcast.id = abandoned.id
      and broadcast.status = 'accepting'
    returning broadcast.id`);
  return rows.length;
}
