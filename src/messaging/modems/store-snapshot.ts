import { and, eq, sql } from 'drizzle-orm';
import { notify } from '../../db/notify.ts';
import type { Db } from '../../db/open.ts';
import { modems, simCards } from '../../db/schema/index.ts';
import type { ModemSnapshot } from '../ports.ts';

/** Writes down what a modem says of itself and which SIM it holds, and tells the screens. */
export async function storeSnapshot(
  db: Db,
  modem: { readonly organizationId: string; readonly id: string },
  snapshot: ModemSnapshot,
  now: Date,
): Promise<void> {
  const { organizationId, id: modemId } = modem;
  await db.transaction(async (transaction) => {
    await transaction
      .update(modems)
      // What it reports is no change of its configuration.
      .set({ snapshot, updatedAt: sql`${modems.updatedAt}` })
      .where(and(eq(modems.organizationId, organizationId), eq(modems.id, modemId)));
    if (snapshot.imsi !== undefined) {
      const seen = {
        modemId,
        lastSeenAt: now,
        ...(snapshot.iccid === undefined ? {} : { iccid: snapshot.iccid }),
        ...(snapshot.operator === undefined ? {} : { operator: snapshot.operator }),
      };
      await transaction
        .insert(simCards)
        .values({ organizationId, imsi: snapshot.imsi, firstSeenAt: now, ...seen })
        .onConflictDoUpdate({ target: [simCards.organizationId, simCards.imsi], set: seen });
    }
    await notify(transaction, { topic: 'modem', organizationId, id: modemId });
  });
}
