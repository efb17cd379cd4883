import { and, eq, sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { messageParts, messages } from '../../db/schema/index.ts';
import { giveQuotaBack } from '../policies/give-quota-back.ts';
import { refoldMessage } from '../refold-message.ts';
import { getMessage } from './get-message.ts';
import type { MessageView } from './message.schema.ts';

/**
 * Takes a message back as far as it has not left: parts that wait are cancelled, parts in the air or out stay what they
 * are. Needs `sms.message.write`.
 *
 * @throws AppError `message.missing`, `message.not_cancellable` when nothing of it waits
 */
export async function cancelMessage(context: Context, id: string): Promise<MessageView> {
  context.require('sms.message.write');
  return context.transaction(async (inner) => {
    const before = await getMessage(inner, id);
    const { db, organizationId } = inner;
    const cancelled = await db
      .update(messageParts)
      .set({ status: 'cancelled', error: 'Cancelled before it was sent.' })
      .where(
        and(
          eq(messageParts.organizationId, organizationId),
          eq(messageParts.messageId, id),
          eq(messageParts.direction, 'outbound'),
          sql`${messageParts.status} = 'queued'`,
        ),
      )
      .returning({ messageId: messageParts.messageId });
    if (cancelled.length === 0) throw tooLate(before);
    await giveQuotaBack(db, organizationId, cancelled);
    await db
      .update(messages)
      .set({ updatedAt: inner.clock.now() })
      .where(and(eq(messages.organizationId, organizationId), eq(messages.id, id)));
    await refoldMessage(db, organizationId, id, inner.clock.now());
    const after = await getMessage(inner, id);
    await inner.audit({
      action: 'sms.message.cancel',
      entityType: 'message',
      entityId: id,
      before: { status: before.status },
      after: { status: after.status, cancelledParts: cancelled.length },
    });
    return after;
  });
}

function tooLate({ status, direction }: MessageView): AppError {
  const why = direction === 'inbound' ? 'It was received, not sent.' : `It is ${status}: nothing of it waits any more.`;
  return new AppError({ code: 'message.not_cancellable', kind: 'conflict', detail: `${why} It cannot be cancelled.` });
}
