import { and, asc, eq } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { callEvents } from '../../db/schema/index.ts';
import type { CallRecord } from '../../webhooks/index.ts';
import { findCallRow } from './read.ts';
import { recordOf } from './stored-record.ts';

/** Everything that is recorded of one call, in the order in which it happened. Throws `call.missing`. */
export async function recordsOf(
  context: Context,
  idOrToken: string,
): Promise<{ readonly callId: string; readonly records: readonly CallRecord[] }> {
  const { id, token } = await findCallRow(context, idOrToken);
  const rows = await context.db
    .select()
    .from(callEvents)
    .where(and(eq(callEvents.organizationId, context.organizationId), eq(callEvents.callId, id)))
    .orderBy(asc(callEvents.at), asc(callEvents.id));
  return { callId: id, records: rows.map((row) => recordOf(row, token)) };
}
