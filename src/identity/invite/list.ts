import { and, desc, eq, isNull } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page, toPage } from '../../db/resource.ts';
import { invites } from '../../db/schema/index.ts';
import { type InviteView, toInviteView } from './invite.ts';

/** One page of invites, newest first; `owner` narrows, `deleted=true` shows those too. Walks `invites_list`. */
export async function listInvites(context: Context, query: ListQuery = {}): Promise<Page<InviteView>> {
  context.require('identity.invite.read');
  const limit = query.limit ?? 100;
  const { owner, deleted } = query.filter ?? {};
  const rows = await context.db
    .select()
    .from(invites)
    .where(
      and(
        eq(invites.organizationId, context.organizationId),
        owner === undefined ? undefined : eq(invites.ownerName, owner),
        deleted === 'true' ? undefined : isNull(invites.deletedAt),
        afterCursor(query.cursor, invites.createdAt, invites.id, true),
      ),
    )
    .orderBy(desc(invites.createdAt), desc(invites.id))
    .limit(limit + 1);
  return toPage(rows, limit, toInviteView, ({ createdAt, id }) => ({ at: createdAt, id }));
}
