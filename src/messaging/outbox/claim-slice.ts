import { and, eq, isNull, or, sql } from 'drizzle-orm';
import { claim } from '../../db/claim.ts';
import type { Db } from '../../db/open.ts';
import { messageParts, messages, modems } from '../../db/schema/index.ts';
import { lockModem } from '../lock-modem.ts';
import { refoldMessage } from '../refold-message.ts';

/** Whose queue is served, through which modem, by which run of which process. */
export interface OutboxScope {
  readonly organizationId: string;
  readonly modemId: string;
  readonly runId: string;
}

/** A slice that is ours to submit: `submitting` is committed, so a crash from here on leaves a trace. */
export interface ClaimedSlice {
  readonly id: string;
  readonly messageId: string;
  readonly sequence: number;
  readonly total: number;
  readonly pdu: string;
  readonly tpduLength: number;
  readonly attempts: number;
}

/**
 * Takes the next due slice for a modem, oldest message first, and commits it as `submitting`. A slice is due when all
 * slices before it are out. A message belongs to the modem that took its first slice. Only the holder of the modem's
 * lease gets anything. `messageId` asks for the next slice of one message only, to send it back to back.
 *
 * Walks the index message_parts_due.
 */
export async function claimSlice(
  db: Db,
  scope: OutboxScope & { readonly now: Date; readonly messageId?: string },
): Promise<ClaimedSlice | undefined> {
  const { organizationId, modemId, runId, now } = scope;
  return db.transaction(async (inner) => {
    const transaction = inner as unknown as Db;
    await lockModem(transaction, modemId);
    const at = now.toISOString();
    const [slice] = await claim(transaction, messageParts, {
      where: and(
        eq(messageParts.organizationId, organizationId),
        // Literals, so that the partial index serves prepared statements too.
        sql`${messageParts.status} = 'queued' and ${messageParts.direction} = 'outbound'`,
        sql`${messageParts.dueAt} <= ${at}`,
        or(isNull(messageParts.modemId), eq(messageParts.modemId, modemId)),
        sql`(${messageParts.expiresAt} is null or ${messageParts.expiresAt} > ${at})`,
        scope.messageId === undefined ? undefined : eq(messageParts.messageId, scope.messageId),
        sql`not exists (
          select 1 from ${messageParts} as earlier
          where earlier.message_id = ${messageParts.messageId} and earlier.sequence < ${messageParts.sequence}
            and earlier.status not in ('sent', 'delivered'))`,
        sql`exists (
          select 1 from ${modems} as own
          where own.organization_id = ${organizationId} and own.id = ${modemId} and own.owner_id = ${runId})`,
      ),
      orderBy: [messageParts.dueAt, messageParts.id],
      limit: 1,
      set: {
        status: 'submitting',
        submittedBy: runId,
        submittedAt: now,
        modemId,
        attempts: sql`${messageParts.attempts} + 1`,
        error: null,
      },
    });
    if (slice?.messageId == null) return undefined;
    const { messageId } = slice;
    await transaction
      .update(messageParts)
      .set({ modemId })
      .where(
        and(
          eq(messageParts.organizationId, organizationId),
          eq(messageParts.messageId, messageId),
          isNull(messageParts.modemId),
        ),
      );
    await transaction
      .update(messages)
      .set({ modemId, updatedAt: now })
      .where(and(eq(messages.organizationId, organizationId), eq(messages.id, messageId), isNull(messages.modemId)));
    await refoldMessage(transaction, organizationId, messageId, now);
    const { id, sequence, total, pdu, tpduLength, attempts } = slice;
    return { id, messageId, sequence, total, pdu, tpduLength, attempts };
  });
}

/** When the earliest slice that this modem may send falls due; undefined when none waits for a time. */
export async function nextDueAt(db: Db, scope: OutboxScope, now: Date): Promise<Date | undefined> {
  const [row] = await db
    .select({ dueAt: messageParts.dueAt })
    .from(messageParts)
    .where(
      and(
        eq(messageParts.organizationId, scope.organizationId),
        sql`${messageParts.status} = 'queued' and ${messageParts.direction} = 'outbound'`,
        sql`${messageParts.dueAt} > ${now.toISOString()}`,
        or(isNull(messageParts.modemId), eq(messageParts.modemId, scope.modemId)),
      ),
    )
    .orderBy(messageParts.dueAt)
    .limit(1);
  return row?.dueAt;
}
