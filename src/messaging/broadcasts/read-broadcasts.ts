import { and, count, desc, eq, inArray } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { broadcasts, messages } from '../../db/schema/index.ts';
import type { BroadcastView, RefusedLine } from './broadcast.schema.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Broadcasts are few; whoever wants an older one knows its id. */
const NEWEST = 100;

/** One broadcast with its progress. Needs `sms.message.read`. Throws `broadcast.missing`. */
export async function getBroadcast(context: Context, id: string): Promise<BroadcastView> {
  context.require('sms.message.read');
  const rows = UUID.test(id)
    ? await context.db
        .select()
        .from(broadcasts)
        .where(and(eq(broadcasts.organizationId, context.organizationId), eq(broadcasts.id, id)))
    : [];
  const [view] = await viewBroadcasts(context, rows);
  if (view !== undefined) return view;
  throw new AppError({
    code: 'broadcast.missing',
    kind: 'missing',
    detail: `There is no broadcast ${id} in this organization.`,
  });
}

/** The hundred newest broadcasts. Needs `sms.message.read`. */
export async function listBroadcasts(context: Context): Promise<{ readonly items: readonly BroadcastView[] }> {
  context.require('sms.message.read');
  const rows = await context.db
    .select()
    .from(broadcasts)
    .where(eq(broadcasts.organizationId, context.organizationId))
    .orderBy(desc(broadcasts.createdAt), desc(broadcasts.id))
    .limit(NEWEST);
  return { items: await viewBroadcasts(context, rows) };
}

/** Counts by the index messages_of_broadcast. */
async function viewBroadcasts(
  { db, organizationId }: Context,
  rows: readonly (typeof broadcasts.$inferSelect)[],
): Promise<readonly BroadcastView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const counts = await db
    .select({ id: messages.broadcastId, status: messages.status, count: count() })
    .from(messages)
    .where(and(eq(messages.organizationId, organizationId), inArray(messages.broadcastId, ids)))
    .groupBy(messages.broadcastId, messages.status);
  return rows.map((row) => ({
    id: row.id,
    body: row.body,
    status: row.status,
    received: row.received,
    accepted: row.accepted,
    duplicateCount: row.duplicateCount,
    duplicates: row.duplicates as RefusedLine[],
    refusedCount: row.refusedCount,
    refused: row.refused as RefusedLine[],
    messages: Object.fromEntries(counts.filter(({ id }) => id === row.id).map((each) => [each.status, each.count])),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}
