import { and, eq, isNull } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { apiKeys } from '../../db/schema/index.ts';

/** Ends a key for good: the next request with it is refused. Throws `api_key.missing`; revoking twice is no error. */
export async function revokeApiKey(context: Context, id: string): Promise<void> {
  context.require('identity.api_key.write');
  await context.transaction(async (inner) => {
    const mine = and(eq(apiKeys.organizationId, inner.organizationId), eq(apiKeys.id, id));
    const revoked = await inner.db
      .update(apiKeys)
      .set({ revokedAt: inner.clock.now() })
      .where(and(mine, isNull(apiKeys.revokedAt)))
      .returning({ name: apiKeys.name });
    const [key] = revoked;
    if (key !== undefined) {
      await inner.audit({
        action: 'identity.api_key.revoke',
        entityType: 'API key',
        entityId: id,
        before: { name: key.name },
      });
      return;
    }
    const known = await inner.db.select({ id: apiKeys.id }).from(apiKeys).where(mine);
    if (known.length === 0) {
      throw new AppError({
        code: 'api_key.missing',
        kind: 'missing',
        detail: `There is no API key ${id} in this organization.`,
      });
    }
  });
}
