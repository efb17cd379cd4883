import { and, asc, desc, eq, inArray, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { encodeCursor } from '../../core/cursor.ts';
import { toE164 } from '../../core/e164.ts';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page } from '../../db/resource.ts';
import { messages, modems } from '../../db/schema/index.ts';
import { within } from '../../db/time-range.ts';
import { parseInput } from '../../identity/index.ts';
import { regionOfOrganization } from '../region.ts';
import { type MessageView, messageFilters } from './message.schema.ts';
import { viewMessages } from './message-view.ts';

const querySchema = z.strictObject({
  filter: z.strictObject(messageFilters).partial().default({}),
  sort: z.enum(['-createdAt', 'createdAt'], 'sort by createdAt, with - for descending').default('-createdAt'),
  limit: z.int().min(1).max(1000).default(100),
  cursor: z.string().optional(),
});

/**
 * A page of messages, newest first unless asked otherwise. Needs `sms.message.read`. Walks the indexes messages_list,
 * messages_list_by_direction or messages_by_peer.
 */
export async function listMessages(context: Context, query: ListQuery = {}): Promise<Page<MessageView>> {
  context.require('sms.message.read');
  const { filter, sort, limit, cursor } = parseInput(querySchema, query);
  const conditions: (SQL | undefined)[] = [eq(messages.organizationId, context.organizationId)];
  if (filter.direction !== undefined) conditions.push(eq(messages.direction, filter.direction));
  if (filter.status !== undefined) conditions.push(eq(messages.status, filter.status));
  if (filter.peer !== undefined) conditions.push(inArray(messages.peer, await spellingsOf(context, filter.peer)));
  if (filter.modem !== undefined) conditions.push(inArray(messages.modemId, modemIds(context, filter.modem)));
  conditions.push(within(messages.createdAt, context.organizationId, filter));
  const descending = sort === '-createdAt';
  const order = descending ? desc : asc;
  conditions.push(afterCursor(cursor, messages.createdAt, messages.id, descending));
  const rows = await context.db
    .select()
    .from(messages)
    .where(and(...conditions))
    .orderBy(order(messages.createdAt), order(messages.id))
    .limit(limit + 1)
    // One text for each set of filters; the server keeps them planned.
    .prepare('page_of_messages')
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: await viewMessages(context, page),
    nextCursor:
      rows.length > limit && last !== undefined
        ? encodeCursor({ value: last.createdAt.toISOString(), id: last.id })
        : null,
  };
}

/** As written (short codes and names), and as E.164 (a `+` in a URL easily becomes a space). */
async function spellingsOf(context: Context, peer: string): Promise<string[]> {
  const number = toE164(peer, await regionOfOrganization(context.db, context.organizationId));
  // Of one spelling the index is walked in order, and a page is the first of it however long the list is.
  return number === undefined || number === peer ? [peer] : [peer, number];
}

function modemIds(context: Context, name: string) {
  return context.db
    .select({ id: modems.id })
    .from(modems)
    .where(and(eq(modems.organizationId, context.organizationId), eq(modems.name, name)));
}
