import { eq } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import { messageParts } from '../../db/schema/index.ts';
import { type DeliverPdu, sliceKey } from '../../modem/pdu/index.ts';
import { regionOfSim } from '../region.ts';
import { senderOf } from '../rules/peer.ts';
import { placeSlice } from '../rules/place-slice.ts';
import { deliverMessage } from './deliver-message.ts';
import { placedSlice, readSets } from './read-sets.ts';
import { type InboxScope, type InboxTransaction, storable } from './scope.ts';

/** `stored`: shown in the inbox. `waiting`: kept until its set is complete. `repeat`: nothing new. */
export type StoredDeliver = 'stored' | 'waiting' | 'repeat';

/** Stores one DELIVER: its slice, and its message when that is complete. In the caller's transaction. */
export async function storeDeliver(
  scope: InboxTransaction,
  arrived: { readonly pdu: string; readonly inboundKey: string },
  content: DeliverPdu,
): Promise<StoredDeliver> {
  const { transaction, organizationId, modemId, now } = scope;
  const { concat } = content.userData.header;
  const region =
    content.address.type === 'international' ? undefined : await regionOfSim(transaction, organizationId, modemId);
  const id = uuidv7();
  const [inserted] = await transaction
    .insert(messageParts)
    .values({
      ...sliceColumns(scope, arrived, content),
      id,
      peer: storable(senderOf(content.address, region)),
    })
    .onConflictDoNothing()
    .returning({ id: messageParts.id });
  if (inserted === undefined) return 'repeat';

  const setKey = sliceKey(content) ?? `${id}/1`;
  const sets = concat === null || concat.total === 1 ? [] : await readSets(scope, setKey);
  const placement = placeSlice(placedSlice(content), sets, now);
  // A repeat keeps its row, so that it stays one after a crash, but belongs to no set.
  if (placement.kind === 'repeat') return 'repeat';
  const set = placement.kind === 'join' ? sets.find(({ id: setId }) => setId === placement.setId) : undefined;
  const setId = set?.id ?? uuidv7();
  await transaction
    .update(messageParts)
    .set({ setKey: storable(setKey), setId })
    .where(eq(messageParts.id, id));
  const have = (set?.slices.length ?? 0) + 1;
  if (have < (concat?.total ?? 1) && set?.isDelivered !== true) return 'waiting';
  await deliverMessage(transaction, organizationId, setId, now);
  return 'stored';
}

/** What a slice is as a row, beside its sender and the set it belongs to. */
function sliceColumns(
  { organizationId, modemId, now }: InboxScope,
  arrived: { readonly pdu: string; readonly inboundKey: string },
  content: DeliverPdu,
) {
  const { concat } = content.userData.header;
  return {
    organizationId,
    modemId,
    direction: 'inbound' as const,
    sequence: concat?.sequence ?? 1,
    total: concat?.total ?? 1,
    pdu: arrived.pdu,
    tpduLength: tpduLengthOf(arrived.pdu, content),
    status: 'received' as const,
    dueAt: now,
    receivedAt: now,
    createdAt: now,
    serviceCentreTime: content.timestamp,
    inboundKey: arrived.inboundKey,
  };
}

/** Octets behind the service-centre field, which a few modems leave out. */
export function tpduLengthOf(pdu: string, content: DeliverPdu): number {
  const octets = Math.floor(pdu.length / 2);
  return content.repairs.includes('smsc_missing') ? octets : octets - 1 - Number.parseInt(pdu.slice(0, 2), 16);
}
