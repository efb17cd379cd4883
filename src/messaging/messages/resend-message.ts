import { and, eq } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { messages } from '../../db/schema/index.ts';
import { getMessage } from './get-message.ts';
import { type MessageView, type QueuedMessage, sendMessageSchema } from './message.schema.ts';
import { retrySchema } from './retry.ts';
import { sendMessage } from './send-message.ts';

/** Ends after which the recipient does not have the whole text, or may not have it. */
const DEAD: readonly MessageView['status'][] = ['failed', 'expired', 'cancelled', 'rejected', 'unknown'];

const textOptionsSchema = sendMessageSchema.pick({ encoding: true, referenceBits: true });

/**
 * Sends the text of a dead letter once more, as a message of its own that names the first. One whose end is unknown may
 * arrive twice: whoever asks for this knows. Needs `sms.message.write`.
 *
 * @throws AppError `message.missing`, `message.not_resendable`, and what `sendMessage` throws
 */
export async function resendMessage(context: Context, id: string): Promise<QueuedMessage> {
  context.require('sms.message.write');
  return context.transaction(async (inner) => {
    const view = await getMessage(inner, id);
    if (view.direction === 'inbound' || !DEAD.includes(view.status)) throw alive(view);
    const [row] = await inner.db
      .select()
      .from(messages)
      .where(and(eq(messages.organizationId, inner.organizationId), eq(messages.id, id)));
    if (row === undefined) throw alive(view);
    const retry = retrySchema.safeParse(row.retry).data;
    const form = textOptionsSchema.safeParse(row.textOptions).data;
    return sendMessage(
      inner,
      {
        to: row.peer,
        body: row.body,
        statusReport: row.statusReport,
        flash: row.flash,
        priority: row.priority,
        ...form,
        ...(row.isModemFixed && view.modem !== null ? { modem: view.modem } : {}),
        ...(row.validitySeconds === null ? {} : { validitySeconds: row.validitySeconds }),
        ...(retry === undefined ? {} : { retry }),
      },
      { resendOf: id },
    );
  });
}

function alive({ status, direction }: MessageView): AppError {
  const why = direction === 'inbound' ? 'It was received, not sent.' : `It is ${status}.`;
  const detail = `${why} Only messages that are ${DEAD.join(', ')} can be sent again.`;
  return new AppError({ code: 'message.not_resendable', kind: 'conflict', detail });
}
