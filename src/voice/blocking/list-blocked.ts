import { and, desc, eq, gte, sql } from 'drizzle-orm';
import { z } from 'zod';
import { encodeCursor } from '../../core/cursor.ts';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page } from '../../db/resource.ts';
import { blockedCalls } from '../../db/schema/index.ts';

/** A call that was not let in, and the rule that said so. */
export const blockedCallSchema = z.object({
  id: z.uuid(),
  callId: z.uuid(),
  token: z.string(),
  from: z.string(),
  to: z.string(),
  match: z.string(),
  pattern: z.string(),
  /** The long list the number is on; null for an entry of its own. */
  list: z.string().nullable(),
  action: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
});

type BlockedCall = z.output<typeof blockedCallSchema>;

export const blockedCallFilters = {
  from: z.string(),
  to: z.string(),
  pattern: z.string(),
  list: z.string(),
  action: z.string(),
};

/** A page of the block log, newest first. Walks the index (organization, at, id). */
export async function listBlockedCalls(context: Context, query: ListQuery): Promise<Page<BlockedCall>> {
  context.require('voice.blocked_call.read');
  const { from, to, pattern, list, action } = query.filter ?? {};
  const limit = query.limit ?? 100;
  const rows = await context.db
    .select()
    .from(blockedCalls)
    .where(
      and(
        eq(blockedCalls.organizationId, context.organizationId),
        from === undefined ? undefined : eq(blockedCalls.fromNumber, from),
        to === undefined ? undefined : eq(blockedCalls.toNumber, to),
        pattern === undefined ? undefined : eq(blockedCalls.pattern, pattern),
        list === undefined ? undefined : eq(blockedCalls.list, list),
        action === undefined ? undefined : eq(blockedCalls.action, action),
        afterCursor(query.cursor, blockedCalls.at, blockedCalls.id, true),
      ),
    )
    .orderBy(desc(blockedCalls.at), desc(blockedCalls.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(toBlockedCall);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, nextCursor: hasMore ? encodeCursor({ value: last.at, id: last.id }) : null };
}

function toBlockedCall(row: typeof blockedCalls.$inferSelect): BlockedCall {
  const { id, callId, token, fromNumber, toNumber, match, pattern, list, action, reason, at } = row;
  return {
    id,
    callId,
    token,
    from: fromNumber,
    to: toNumber,
    match,
    pattern,
    list,
    action,
    reason,
    at: at.toISOString(),
  };
}

/** What each rule kept out since an instant, the busiest first. */
export const blockedStatisticsSchema = z.object({
  total: z.int(),
  rules: z.array(
    z.object({
      match: z.string(),
      pattern: z.string(),
      list: z.string().nullable(),
      action: z.string(),
      calls: z.int(),
      lastAt: z.iso.datetime(),
    }),
  ),
});

/** Rules that are told; the rest are in the total only. */
const MOST_RULES = 100;

export async function blockedStatistics(
  context: Context,
  since: Date,
): Promise<z.output<typeof blockedStatisticsSchema>> {
  context.require('voice.blocked_call.read');
  const where = and(eq(blockedCalls.organizationId, context.organizationId), gte(blockedCalls.at, since));
  const [sum] = await context.db.select({ total: sql<number>`count(*)::int` }).from(blockedCalls).where(where);
  const { match, pattern, list, action, at } = blockedCalls;
  const rules = await context.db
    .select({ match, pattern, list, action, calls: sql<number>`count(*)::int`, lastAt: sql<string>`max(${at})` })
    .from(blockedCalls)
    .where(where)
    .groupBy(match, pattern, list, action)
    .orderBy(desc(sql`count(*)`), desc(sql`max(${at})`))
    .limit(MOST_RULES);
  return {
    total: sum?.total ?? 0,
    rules: rules.map((rule) => ({ ...rule, lastAt: new Date(rule.lastAt).toISOString() })),
  };
}
