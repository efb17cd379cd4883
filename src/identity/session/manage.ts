import { and, desc, eq, gt, isNull, ne } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { sessions } from '../../db/schema/index.ts';
import { isUuid } from '../is-uuid.ts';
import type { Principal } from '../principal.ts';
import { hashToken, newToken } from '../secret-token.ts';

const instant = z.iso.datetime();

const NO_SESSION = '00000000-0000-0000-0000-000000000000';

export const sessionSchema = z.object({
  id: z.guid(),
  isThis: z.boolean(),
  method: z.string(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  lastSeenAt: instant.nullable(),
  expiresAt: instant,
  createdAt: instant,
});

export type SessionView = z.output<typeof sessionSchema>;

/** The open sessions of the person who asks, newest first. */
export async function listOwnSessions(context: Context, principal: Principal): Promise<readonly SessionView[]> {
  const rows = await context.db
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.organizationId, context.organizationId),
        isOwn(principal),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, context.clock.now()),
      ),
    )
    .orderBy(desc(sessions.createdAt));
  return rows.map((row) => ({
    id: row.id,
    isThis: row.id === principal.sessionId,
    method: row.method,
    ip: row.ip,
    userAgent: row.userAgent,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  }));
}

/** Ends one session of the person who asks. Throws `session.missing`. */
export async function revokeOwnSession(context: Context, principal: Principal, id: string): Promise<void> {
  const ended = isUuid(id) ? await end(context, and(isOwn(principal), eq(sessions.id, id)), id) : 0;
  if (ended === 0) {
    throw new AppError({ code: 'session.missing', kind: 'missing', detail: 'You have no such open session.' });
  }
}

/** Ends all but this session of the person who asks; returns how many. */
export function revokeOtherSessions(context: Context, principal: Principal): Promise<number> {
  return end(context, and(isOwn(principal), ne(sessions.id, principal.sessionId ?? NO_SESSION)), 'others');
}

async function end(context: Context, which: ReturnType<typeof and>, id: string): Promise<number> {
  return context.transaction(async (inner) => {
    const rows = await inner.db
      .update(sessions)
      .set({ revokedAt: inner.clock.now() })
      .where(and(eq(sessions.organizationId, inner.organizationId), which, isNull(sessions.revokedAt)))
      .returning({ id: sessions.id });
    if (rows.length > 0) await inner.audit({ action: 'identity.session.revoke', entityType: 'session', entityId: id });
    return rows.length;
  });
}

/** The same session under a new cookie: whoever holds the old one holds nothing. For the moments when rights change. */
export async function rotateSession(context: Context, sessionId: string): Promise<string> {
  const token = newToken();
  await context.db
    .update(sessions)
    .set({ tokenHash: hashToken(token) })
    .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt)));
  return token;
}

function isOwn(principal: Principal) {
  return principal.userId === undefined
    ? eq(sessions.id, principal.sessionId ?? NO_SESSION)
    : eq(sessions.userId, principal.userId);
}
