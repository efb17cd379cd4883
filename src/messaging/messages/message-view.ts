import { and, asc, eq, sql } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { messageParts, type messages, modems } from '../../db/schema/index.ts';
import type { MessageView } from './message.schema.ts';

type MessageRow = typeof messages.$inferSelect;

/** Messages as the API shows them, in the order given; two queries however many they are. */
export async function viewMessages(context: Context, rows: readonly MessageRow[]): Promise<readonly MessageView[]> {
  if (rows.length === 0) return [];
  const { db, organizationId } = context;
  // One text however many they are, which the server keeps planned; walks message_parts_sequence_key.
  const ids = `{${rows.map((row) => row.id).join(',')}}`;
  const parts = await db
    // Only what is shown: a slice's PDU and its place in the queue are most of its row.
    .select({
      messageId: messageParts.messageId,
      sequence: messageParts.sequence,
      reference: messageParts.reference,
      status: messageParts.status,
      submittedAt: messageParts.submittedAt,
      deliveredAt: messageParts.deliveredAt,
      error: messageParts.error,
    })
    .from(messageParts)
    .where(and(eq(messageParts.organizationId, organizationId), sql`${messageParts.messageId} = any(${ids}::uuid[])`))
    .orderBy(asc(messageParts.sequence))
    .prepare('parts')
    .execute();
  const names = await db
    .select({ id: modems.id, name: modems.name })
    .from(modems)
    .where(eq(modems.organizationId, organizationId))
    .prepare('modem_names')
    .execute();
  const nameOf = new Map(names.map(({ id, name }) => [id, name]));
  const partsOf = new Map<string | null, (typeof parts)[number][]>();
  for (const part of parts) partsOf.set(part.messageId, [...(partsOf.get(part.messageId) ?? []), part]);
  return rows.map((row) => ({
    id: row.id,
    direction: row.direction,
    peer: row.peer,
    body: row.body,
    status: row.status,
    encoding: row.encoding,
    partCount: row.partCount,
    modem: row.modemId === null ? null : (nameOf.get(row.modemId) ?? null),
    error: row.error,
    priority: row.priority,
    flash: row.flash,
    messageClass: row.messageClass ?? (row.flash ? 0 : null),
    isPartial: row.isPartial,
    dueAt: row.dueAt.toISOString(),
    broadcastId: row.broadcastId,
    resendOf: row.resendOf,
    createdAt: row.createdAt.toISOString(),
    parts: (partsOf.get(row.id) ?? []).map((part) => ({
      sequence: part.sequence,
      reference: part.reference,
      status: part.status,
      submittedAt: part.submittedAt?.toISOString() ?? null,
      deliveredAt: part.deliveredAt?.toISOString() ?? null,
      error: part.error,
    })),
  }));
}
