import { and, eq, isNull } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { loginCodes, organizations } from '../../db/schema/index.ts';
import { hashToken } from '../secret-token.ts';
import { type OpenedSession, openSession } from './open.ts';

/**
 * Trades a sign-in link's code for a session. The code is marked used by one conditional statement, so that of many
 * requests with the same code one wins. Throws `sign_in.code_used`, `sign_in.code_expired` or `sign_in.code_unknown`:
 * whoever holds a code of 256 bits may be told which; nobody else can ask.
 */
export async function redeemSignInCode(
  context: Context,
  code: string,
  request: { readonly userAgent?: string | undefined } = {},
): Promise<OpenedSession> {
  const [known] = await context.db
    .select({ code: loginCodes, status: organizations.status })
    .from(loginCodes)
    .innerJoin(organizations, eq(organizations.id, loginCodes.organizationId))
    .where(and(eq(loginCodes.codeHash, hashToken(code)), eq(loginCodes.purpose, 'link')));
  if (known === undefined || known.status !== 'active') throw refused('unknown', 'is not one of ours');
  const now = context.clock.now();
  if (known.code.expiresAt <= now) throw refused('expired', 'has expired: it was good for 15 minutes');
  const { id, organizationId, role, userId } = known.code;
  const inside = context.as({
    organizationId,
    actor: { ...context.actor, kind: 'user', id: userId, name: 'console' },
    can: () => false,
  });
  return inside.transaction(async (inner) => {
    const won = await inner.db
      .update(loginCodes)
      .set({ usedAt: now, auditMeta: { ip: context.actor.ip ?? null, requestId: context.requestId ?? null } })
      .where(and(eq(loginCodes.id, id), isNull(loginCodes.usedAt)))
      .returning({ id: loginCodes.id });
    if (won.length === 0) throw refused('used', 'was already used: each link works once');
    return openSession(inner, {
      role,
      method: 'link',
      ...(userId === null ? {} : { userId }),
      userAgent: request.userAgent,
    });
  });
}

function refused(why: 'unknown' | 'expired' | 'used', words: string): AppError {
  return new AppError({
    code: `sign_in.code_${why}`,
    kind: 'unauthenticated',
    detail: `This sign-in link ${words}. Make a new one with: npm run -s switchhook -- sign-in`,
  });
}
