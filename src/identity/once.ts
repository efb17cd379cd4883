import { createHash } from 'node:crypto';
import { lt } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { seenTokens } from '../db/schema/index.ts';

/**
 * Whether this is the first time a token is seen in a namespace. The row is inserted first and the primary key decides, so
 * that of many at once exactly one hears yes. Only a hash is kept, until `expiresAt`.
 */
export async function seeOnce(
  db: Pick<Db, 'insert'>,
  namespace: string,
  token: string,
  options: { readonly now: Date; readonly expiresAt: Date; readonly auditMeta?: Readonly<Record<string, unknown>> },
): Promise<boolean> {
  const rows = await db
    .insert(seenTokens)
    .values({
      namespace,
      tokenHash: createHash('sha256').update(token).digest('base64url'),
      seenAt: options.now,
      expiresAt: options.expiresAt,
      auditMeta: options.auditMeta ?? {},
    })
    .onConflictDoNothing()
    .returning({ namespace: seenTokens.namespace });
  return rows.length === 1;
}

/** Removes tokens that can no longer be presented; walks `seen_tokens_age`. */
export async function purgeSeenTokens(db: Pick<Db, 'delete'>, now: Date): Promise<void> {
  await db.delete(seenTokens).where(lt(seenTokens.expiresAt, now));
}
