import { sha256 } from '@noble/hashes/sha2.js';
import { and, desc, eq } from 'drizzle-orm';
import { toHex } from '../../core/bytes.ts';
import { messageParts } from '../../db/schema/index.ts';
import { type DeliverPdu, decodePdu } from '../../modem/pdu/index.ts';
import type { PlacedSlice, SliceSet } from '../rules/place-slice.ts';
import type { InboxTransaction } from './scope.ts';

/** A sender cannot make us read without bound: of the slices with one key the newest so many are looked at. */
const NEWEST = 1_000;

/** The sets with one key on one modem, oldest first. Uses the index message_parts_sets. */
export async function readSets(scope: InboxTransaction, setKey: string): Promise<readonly SliceSet[]> {
  const rows = await scope.transaction
    .select()
    .from(messageParts)
    .where(
      and(
        eq(messageParts.organizationId, scope.organizationId),
        eq(messageParts.modemId, scope.modemId),
        eq(messageParts.setKey, setKey),
      ),
    )
    .orderBy(desc(messageParts.receivedAt), desc(messageParts.id))
    .limit(NEWEST);
  const sets = new Map<string, SliceSet>();
  for (const row of rows.reverse()) {
    const decoded = decodePdu(row.pdu, { direction: 'inbound', lenient: true });
    if (row.setId === null || !decoded.ok || decoded.pdu.type !== 'deliver') continue;
    sets.set(row.setId, {
      id: row.setId,
      total: row.total,
      lastReceivedAt: row.receivedAt ?? row.createdAt,
      isDelivered: row.messageId !== null,
      slices: [...(sets.get(row.setId)?.slices ?? []), placedSlice(decoded.pdu)],
    });
  }
  return [...sets.values()];
}

/** What the placing rule compares of a slice. */
export function placedSlice(pdu: DeliverPdu): PlacedSlice {
  return {
    sequence: pdu.userData.header.concat?.sequence ?? 1,
    content: toHex(sha256(Uint8Array.of(pdu.coding.value, ...pdu.userData.octets))),
    sentAt: pdu.timestamp,
  };
}
