import { sql } from 'drizzle-orm';
import { executeKept } from '../../db/execute-kept.ts';
import type { Db } from '../../db/open.ts';
import type { SeatQuestion } from '../../routing/index.ts';
import type { Asker } from '../../webhooks/index.ts';

/**
 * Takes a seat in a conference room for a call: 1 when it has one, 0 when all are taken. One statement on the room's row:
 * its lock makes a second caller count the first. Seats that ran out are cleared on the way.
 */
export async function takeSeat(
  db: Db,
  { organizationId, callToken, at }: Asker,
  { room, limit, holdSeconds }: SeatQuestion,
): Promise<number> {
  const nowMs = at.getTime();
  const own = JSON.stringify({ [callToken]: nowMs + holdSeconds * 1000 });
  const [row] = await executeKept<{ seated: boolean }>(
    db,
    sql`
    insert into voice.conference_seats as known (organization_id, room, tokens)
    values (${organizationId}, ${room}, ${own}::jsonb)
    on conflict (organization_id, room) do update set tokens = (
      select case when jsonb_exists(kept, ${callToken}) or taken < ${limit} then kept || ${own}::jsonb else kept end
      from (select coalesce(jsonb_object_agg(seat.key, seat.value), '{}'::jsonb) as kept, count(*) as taken
        from jsonb_each(known.tokens) as seat where seat.value::bigint > ${nowMs}::bigint) as room)
    returning jsonb_exists(tokens, ${callToken}) as seated`,
  );
  if (row === undefined) throw new Error('a room came back without its seats');
  return row.seated ? 1 : 0;
}
