import { sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { messages, quotaUsage } from '../../db/schema/index.ts';

/**
 * Returns the quota of slices that will never be submitted (cancelled, expired, behind one that failed) to the windows it
 * was taken from, in the transaction that ends them. Of each slice its message is named, once for each slice.
 */
export async function giveQuotaBack(
  transaction: Db,
  organizationId: string,
  slices: readonly { readonly messageId: string | null }[],
): Promise<void> {
  const counts = new Map<string, number>();
  for (const { messageId } of slices) {
    if (messageId !== null) counts.set(messageId, (counts.get(messageId) ?? 0) + 1);
  }
  if (counts.size === 0) return;
  const given = JSON.stringify([...counts].map(([id, parts]) => ({ id, parts })));
  await transaction.execute(sql`
    with back as (
      select charge, sum(given.parts)::integer as parts
      from jsonb_to_recordset(${given}::jsonb) as given(id uuid, parts integer)
      join ${messages} as message on message.organization_id = ${organizationId} and message.id = given.id
      cross join unnest(message.quota_charges) as charge
      group by charge
    )
    update ${quotaUsage} as usage set used = greatest(0, usage.used - back.parts)
    from back
    where usage.organization_id = ${organizationId} and usage.policy_id || '/' || usage."window" = back.charge`);
}
