import { sql } from 'drizzle-orm';
import { executeKept } from '../../db/execute-kept.ts';
import type { Db } from '../../db/open.ts';
import { messageParts } from '../../db/schema/index.ts';
import { hasRelativeValidity, shortenValidity } from '../../modem/pdu/index.ts';
import type { ClaimedSlice } from './claim-slices.ts';

/**
 * The same slices, their PDUs asking the network for no more time than is left of it: the wait for a modem counts too. One
 * statement, and none where no slice has a validity. Uses the primary key.
 */
export async function withRemainingValidity(
  db: Db,
  organizationId: string,
  slices: readonly ClaimedSlice[],
  now: Date,
): Promise<readonly ClaimedSlice[]> {
  const limited = slices.filter(({ pdu }) => hasRelativeValidity(pdu));
  if (limited.length === 0) return slices;
  const ids = `{${limited.map(({ id }) => id).join()}}`;
  const rows = await executeKept<{ id: string; ends_ms: number }>(
    db,
    sql`select part.id, (extract(epoch from part.expires_at) * 1000)::float8 as ends_ms from ${messageParts} as part
      where part.organization_id = ${organizationId} and part.id = any(${ids}::uuid[]) and part.expires_at is not null`,
  );
  const ends = new Map([...rows].map((row) => [row.id, row.ends_ms]));
  return slices.map((slice) => {
    const endsMs = ends.get(slice.id);
    return endsMs === undefined
      ? slice
      : { ...slice, pdu: shortenValidity(slice.pdu, (endsMs - now.getTime()) / 60_000) };
  });
}
