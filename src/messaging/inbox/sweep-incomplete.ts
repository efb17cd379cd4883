import { and, eq, isNotNull, isNull, max, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { messageParts, smsPolicies } from '../../db/schema/index.ts';
import { lockModem } from '../lock-modem.ts';
import { isOfOrganization } from '../policies/whose.ts';
import { SET_PATIENCE_MS } from '../rules/place-slice.ts';
import { deliverMessage } from './deliver-message.ts';

/**
 * Shows what has come of texts whose missing slices have not come for ten minutes, or as long as the policy says, marked partial; a late slice still
 * completes them. Works on stored times, so a restart neither forgets nor prolongs the wait. Returns how many.
 */
export async function sweepIncomplete(db: Db, organizationId: string, now: Date): Promise<number> {
  const [policy] = await db
    .select({ minutes: smsPolicies.partialAfterMinutes })
    .from(smsPolicies)
    .where(and(eq(smsPolicies.organizationId, organizationId), isOfOrganization()));
  const patienceMs = policy?.minutes == null ? SET_PATIENCE_MS : policy.minutes * 60_000;
  const before = new Date(now.getTime() - patienceMs);
  const waiting = and(
    eq(messageParts.organizationId, organizationId),
    isNotNull(messageParts.setId),
    isNull(messageParts.messageId),
  );
  const overdue = await db
    .select({ setId: messageParts.setId, modemId: messageParts.modemId })
    .from(messageParts)
    .where(waiting)
    .groupBy(messageParts.setId, messageParts.modemId)
    .having(sql`${max(messageParts.receivedAt)} < ${before.toISOString()}`);
  let shown = 0;
  for (const { setId, modemId } of overdue) {
    if (setId === null || modemId === null) continue;
    const isShown = await db.transaction(async (inner) => {
      const transaction = inner as unknown as Db;
      await lockModem(transaction, modemId);
      const still = await transaction
        .select({ latest: max(messageParts.receivedAt) })
        .from(messageParts)
        .where(and(waiting, eq(messageParts.setId, setId)));
      const latest = still[0]?.latest;
      // A slice came between the two looks.
      if (latest == null || latest >= before) return false;
      await deliverMessage(transaction, organizationId, setId, now);
      return true;
    });
    if (isShown) shown += 1;
  }
  return shown;
}
