import { and, eq } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { messages } from '../../db/schema/index.ts';
import type { MessageView } from './message.schema.ts';
import { viewMessages } from './message-view.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One message with its parts. Needs `sms.message.read`. Throws `message.missing`. */
export async function getMessage(context: Context, id: string): Promise<MessageView> {
  context.require('sms.message.read');
  const rows = UUID.test(id)
    ? await context.db
        .select()
        .from(messages)
        .where(and(eq(messages.organizationId, context.organizationId), eq(messages.id, id)))
    : [];
  const [view] = await viewMessages(context, rows);
  if (view !== undefined) return view;
  throw new AppError({
    code: 'message.missing',
    kind: 'missing',
    detail: `There is no message ${id} in this organization.`,
  });
}
