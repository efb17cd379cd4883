import { sql } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { messages } from '../../db/schema/index.ts';

/** A received text, as far as who looks for words in it needs it. */
export interface ReceivedText {
  readonly id: string;
  readonly peer: string;
  readonly body: string;
}

/** Those of these messages that were received, in one statement. Needs `sms.message.read`. Uses the primary key. */
export async function readReceived(context: Context, ids: readonly string[]): Promise<readonly ReceivedText[]> {
  context.require('sms.message.read');
  const rows = await context.db.execute<{ id: string; peer: string; body: string }>(sql`
    select message.id, message.peer, message.body
    from ${messages} as message
    join jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) as wanted(id) on message.id = wanted.id::uuid
    where message.organization_id = ${context.organizationId} and message.direction = 'inbound'`);
  return [...rows];
}
