import { and, eq } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { memberships, sessions } from '../../db/schema/index.ts';
import { hashToken, newToken } from '../secret-token.ts';

export const SESSION_MS = 12 * 3_600_000;

export interface OpenedSession {
  readonly id: string;
  /** The value of the cookie. Only its hash is kept. */
  readonly token: string;
  readonly expiresAt: Date;
}

export interface SessionFacts {
  readonly userId?: string;
  /** What a session without a person may do: that of a sign-in link. */
  readonly role?: string;
  /** How the identity was proven: `password`, `code`, `passkey`, `oidc`, `ldap`, `certificate`, `link`, `bootstrap`. */
  readonly method: string;
  readonly userAgent?: string | undefined;
}

/** Opens a session in the context's organization, in its transaction; the context's actor is who signed in. */
export async function openSession(context: Context, facts: SessionFacts): Promise<OpenedSession> {
  const { db, organizationId } = context;
  const now = context.clock.now();
  const token = newToken();
  const expiresAt = new Date(now.getTime() + SESSION_MS);
  const [session] = await db
    .insert(sessions)
    .values({
      organizationId,
      tokenHash: hashToken(token),
      userId: facts.userId ?? null,
      role: facts.role ?? '',
      method: facts.method,
      ip: context.actor.ip ?? null,
      userAgent: facts.userAgent?.slice(0, 300) ?? null,
      expiresAt,
      createdAt: now,
    })
    .returning({ id: sessions.id });
  if (session === undefined) throw new Error('an opened session was not returned');
  if (facts.userId !== undefined) {
    await db
      .update(memberships)
      .set({ lastLoginAt: now, lastSeenAt: now })
      .where(and(eq(memberships.organizationId, organizationId), eq(memberships.userId, facts.userId)));
  }
  await context.audit({
    action: 'identity.session.create',
    entityType: 'session',
    entityId: session.id,
    after: { method: facts.method, expiresAt: expiresAt.toISOString(), ...(facts.role ? { role: facts.role } : {}) },
  });
  return { id: session.id, token, expiresAt };
}
