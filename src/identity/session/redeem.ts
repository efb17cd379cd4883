import { and, eq, isNull } from 'drizzle-orm';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Db } from '../../db/open.ts';
import { auditEvents, loginCodes, organizations, sessions } from '../../db/schema/index.ts';
import { hashToken, newToken } from '../secret-token.ts';

const SESSION_MS = 12 * 3_600_000;

export interface OpenedSession {
  /** The value of the cookie. Only its hash is kept. */
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * Trades a sign-in code for a session. The code is marked used by one conditional statement, so that of two requests
 * with the same code one wins. Throws `sign_in.code_used`, `sign_in.code_expired` or `sign_in.code_unknown`: whoever
 * holds a code of 256 bits may be told which; nobody else can ask.
 */
export async function redeemSignInCode(
  deps: { readonly db: Db; readonly clock: Clock },
  code: string,
  request: { readonly requestId?: string; readonly ip?: string } = {},
): Promise<OpenedSession> {
  const codeHash = hashToken(code);
  const now = deps.clock.now();
  return deps.db.transaction(async (db) => {
    const [known] = await db
      .select({ code: loginCodes, status: organizations.status })
      .from(loginCodes)
      .innerJoin(organizations, eq(organizations.id, loginCodes.organizationId))
      .where(eq(loginCodes.codeHash, codeHash));
    if (known === undefined || known.status !== 'active') throw refused('unknown', 'is not one of ours');
    if (known.code.expiresAt <= now) throw refused('expired', 'has expired: it was good for 15 minutes');
    const won = await db
      .update(loginCodes)
      .set({ usedAt: now })
      .where(and(eq(loginCodes.id, known.code.id), isNull(loginCodes.usedAt)))
      .returning({ id: loginCodes.id });
    if (won.length === 0) throw refused('used', 'was already used: each link works once');
    const token = newToken();
    const expiresAt = new Date(now.getTime() + SESSION_MS);
    const { organizationId, role } = known.code;
    const [session] = await db
      .insert(sessions)
      .values({ organizationId, tokenHash: hashToken(token), role, expiresAt, createdAt: now })
      .returning({ id: sessions.id });
    await db.insert(auditEvents).values({
      organizationId,
      actorKind: 'user',
      actorId: session?.id ?? null,
      actorName: 'console',
      action: 'identity.session.create',
      entityType: 'session',
      entityId: session?.id ?? null,
      after: { role, expiresAt: expiresAt.toISOString() },
      requestId: request.requestId ?? null,
      ip: request.ip ?? null,
      at: now,
    });
    return { token, expiresAt };
  });
}

function refused(why: 'unknown' | 'expired' | 'used', words: string): AppError {
  return new AppError({
    code: `sign_in.code_${why}`,
    kind: 'unauthenticated',
    detail: `This sign-in link ${words}. Make a new one with: npm run -s switchhook -- sign-in`,
  });
}
