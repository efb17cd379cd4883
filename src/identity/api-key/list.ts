import { and, desc, eq } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page, toPage } from '../../db/resource.ts';
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
  return toPage(rows, limit, toApiKey, ({ createdAt, id }) => ({ at: createdAt, id }));
}
