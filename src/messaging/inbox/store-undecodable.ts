import { and, eq } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import { notify } from '../../db/notify.ts';
import { messageParts, messages } from '../../db/schema/index.ts';
import type { InboxTransaction } from './scope.ts';

/** Keeps what nobody can read, raw, as a message that says so. In the caller's transaction. */
export async function storeUndecodable(
  scope: InboxTransaction,
  arrived: { readonly pdu: string; readonly inboundKey: string },
  reason: string,
): Promise<'stored' | 'repeat'> {
  const { transaction, organizationId, modemId, now } = scope;
  const id = uuidv7();
  const error = `This message could not be read: ${reason}. Its PDU is kept as it came.`;
  const common = { organizationId, modemId, direction: 'inbound', status: 'received', peer: 'unknown', error } as const;
  const [part] = await transaction
    .insert(messageParts)
    .values({
      ...common,
      sequence: 1,
      total: 1,
      pdu: arrived.pdu,
      tpduLength: 0,
      dueAt: now,
      receivedAt: now,
      createdAt: now,
      setId: id,
      inboundKey: arrived.inboundKey,
    })
    .onConflictDoNothing()
    .returning({ id: messageParts.id });
  if (part === undefined) return 'repeat';
  await transaction
    .insert(messages)
    .values({ ...common, id, body: '', encoding: 'binary', partCount: 1, dueAt: now, createdAt: now, updatedAt: now });
  await transaction
    .update(messageParts)
    .set({ messageId: id })
    .where(and(eq(messageParts.organizationId, organizationId), eq(messageParts.id, part.id)));
  await notify(transaction, { topic: 'message', organizationId, id });
  return 'stored';
}
