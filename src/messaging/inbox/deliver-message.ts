import { and, asc, eq, isNotNull } from 'drizzle-orm';
import { toHex } from '../../core/bytes.ts';
import { notify } from '../../db/notify.ts';
import type { Db } from '../../db/open.ts';
import { messageParts, messages } from '../../db/schema/index.ts';
import { type DeliverPdu, decodePdu, joinSlices } from '../../modem/pdu/index.ts';
import { storable } from './scope.ts';

/**
 * Shows what has come of a set: makes its message, or makes it better when a late slice joined it. Whether it is partial
 * follows from the slices. In the caller's transaction.
 */
export async function deliverMessage(transaction: Db, organizationId: string, setId: string, now: Date): Promise<void> {
  const isOfSet = and(eq(messageParts.organizationId, organizationId), eq(messageParts.setId, setId));
  const parts = await transaction
    .select()
    .from(messageParts)
    .where(and(isOfSet, isNotNull(messageParts.setKey)))
    .orderBy(asc(messageParts.sequence));
  const [first] = parts;
  const slices = parts.flatMap((part) => decodedSlice(part.pdu));
  const [slice] = slices;
  if (first === undefined || slice === undefined) return;
  const joined = joinSlices(slices);
  const content = {
    ...contentOf(joined, slice),
    isPartial: parts.length < first.total,
    updatedAt: now,
  };
  await transaction
    .insert(messages)
    .values({
      id: setId,
      organizationId,
      modemId: first.modemId,
      direction: 'inbound',
      peer: first.peer,
      partCount: first.total,
      status: 'received',
      flash: slice.coding.messageClass === 0,
      messageClass: slice.coding.messageClass,
      dueAt: now,
      createdAt: now,
      ...content,
    })
    .onConflictDoUpdate({ target: messages.id, set: content });
  await transaction.update(messageParts).set({ messageId: setId }).where(isOfSet);
  await notify(transaction, { topic: 'message', organizationId, id: setId, changes: ['received'] });
}

/** What a text is, whose first slice is `slice`. */
export function contentOf(joined: ReturnType<typeof joinSlices>, slice: DeliverPdu) {
  return {
    body: joined.text === null ? toHex(joined.data ?? new Uint8Array(0)) : storable(joined.text),
    encoding: joined.text === null ? ('binary' as const) : slice.coding.encoding,
  };
}

function decodedSlice(pdu: string): readonly DeliverPdu[] {
  const decoded = decodePdu(pdu, { direction: 'inbound', lenient: true });
  return decoded.ok && decoded.pdu.type === 'deliver' ? [decoded.pdu] : [];
}
