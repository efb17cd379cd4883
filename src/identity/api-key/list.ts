import { and, desc, eq } from 'drizzle-orm';
import { encodeCursor } from '../../core/cursor.ts';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page } from '../../db/resource.ts';
import { apiKeys } from '../../db/schema/index.ts';
import { type ApiKey, toApiKey } from './api-key.ts';

/** One page of the organization's keys, newest first, revoked ones included. Walks the index `api_keys_list`. */
export async function listApiKeys(context: Context, query: ListQuery = {}): Promise<Page<ApiKey>> {
  context.require('identity.api_key.read');
  const limit = query.limit ?? 100;
  const rows = await context.db
    .select()
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.organizationId, context.organizationId),
        afterCursor(query.cursor, apiKeys.createdAt, apiKeys.id, true),
      ),
    )
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(limit + 1);
  const last = rows[limit - 1];
  return {
    items: rows.slice(0, limit).map(toApiKey),
    nextCursor:
      rows.length > limit && last !== undefined
        ? encodeCursor({ value: last.createdAt.toISOString(), id: last.id })
        : null,
  };
}
