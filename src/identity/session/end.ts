import { and, eq, isNull } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { sessions } from '../../db/schema/index.ts';
import { hashToken } from '../secret-token.ts';

/** Signs out: the cookie is worth nothing from now on. Ending a session that is over already changes nothing. */
export async function endSession(context: Context, token: string): Promise<void> {
  await context.transaction(async (inner) => {
    const [ended] = await inner.db
      .update(sessions)
      .set({ revokedAt: inner.clock.now() })
      .where(
        and(
          eq(sessions.organizationId, inner.organizationId),
          eq(sessions.tokenHash, hashToken(token)),
          isNull(sessions.revokedAt),
        ),
      )
      .returning({ id: sessions.id });
    if (ended === undefined) return;
    await inner.audit({ action: 'identity.session.end', entityType: 'session', entityId: ended.id });
  });
}
