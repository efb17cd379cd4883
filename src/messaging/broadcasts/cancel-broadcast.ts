import { and, eq, sql } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { broadcasts, messageParts, messages } from '../../db/schema/index.ts';
import { giveQuotaBack } from '../policies/give-quota-back.ts';
import { refoldMessages } from '../refold-message.ts';
import type { BroadcastView } from './broadcast.schema.ts';
import { getBroadcast } from './read-broadcasts.ts';

const CHUNK = 1_000;

/** Takes back what of a broadcast has not left, a thousand messages in one transaction. Needs `sms.message.write`. */
export async function cancelBroadcast(context: Context, id: string): Promise<BroadcastView> {
  context.require('sms.message.write');
  await getBroadcast(context, id);
  const isIt = and(eq(broadcasts.organizationId, context.organizationId), eq(broadcasts.id, id));
  await context.transaction(async (inner) => {
    await inner.db.update(broadcasts).set({ status: 'cancelled', updatedAt: inner.clock.now() }).where(isIt);
    await inner.audit({ action: 'sms.broadcast.cancel', entityType: 'broadcast', entityId: id });
  });
  while ((await cancelSome(context, id)) === CHUNK);
  return getBroadcast(context, id);
}

async function cancelSome(context: Context, id: string): Promise<number> {
  return context.transaction(async ({ db, organizationId, clock }) => {
    const cancelled = await db.execute<{ message_id: string }>(sql`
      update ${messageParts} as part set status = 'cancelled', error = 'Cancelled before it was sent.'
      where part.status = 'queued' and part.message_id in (
        select message.id from ${messages} as message
        where message.organization_id = ${organizationId} and message.broadcast_id = ${id} and message.status = 'queued'
        order by message.id limit ${CHUNK})
      returning part.message_id`);
    const slices = [...cancelled].map((row) => ({ messageId: row.message_id }));
    await giveQuotaBack(db, organizationId, slices);
    const ids = new Set(slices.map(({ messageId }) => messageId));
    await refoldMessages(db, ids, { organizationId, now: clock.now() });
    return ids.size;
  });
}
