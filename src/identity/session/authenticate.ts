import { and, eq, isNull, lte, or } from 'drizzle-orm';
import { memberships, sessions } from '../../db/schema/index.ts';
import { displayName } from '../person/person.ts';
import { type AuthenticationDeps, type Principal, principalOf } from '../principal.ts';
import { authorityOf } from '../role/held-grants.ts';
import { hashToken } from '../secret-token.ts';
import { sessionStatement } from './statement.ts';

const SEEN_RESOLUTION_MS = 60_000;

type Deps = Pick<AuthenticationDeps, 'db' | 'clock'> & Partial<Pick<AuthenticationDeps, 'report' | 'statements'>>;

/**
 * Who a session cookie belongs to, or undefined when it is unknown, ended, expired, of a suspended organization, or of a
 * person who was disabled or sent away in the meantime: one answer for all.
 */
export async function authenticateSession(deps: Deps, token: string, ip?: string): Promise<Principal | undefined> {
  const statement = deps.statements?.session() ?? sessionStatement(deps.db, 'tokenHash');
  const [row] = await statement.execute({ key: hashToken(token) });
  return principalOfSession(deps, row, ip);
}

/** The same by the session's id, for a token that names it. */
export async function authenticateSessionId(deps: Deps, id: string, ip?: string): Promise<Principal | undefined> {
  const [row] = await sessionStatement(deps.db, 'id').execute({ key: id });
  return principalOfSession(deps, row, ip);
}

type Row = Awaited<ReturnType<ReturnType<typeof sessionStatement>['execute']>>[number];

function principalOfSession(deps: Deps, row: Row | undefined, ip?: string): Principal | undefined {
  const now = deps.clock.now();
  if (row === undefined || row.session.revokedAt !== null || row.session.expiresAt <= now) return undefined;
  const { session, organization, user, membership } = row;
  if (session.userId !== null && (user === null || !user.isActive || user.deletedAt !== null)) return undefined;
  const isOperating = session.homeOrganizationId !== null && user?.isPlatformAdmin === true;
  if (organization.status !== 'active' && !isOperating) return undefined;
  if (user !== null && !isOperating && membership?.status !== 'active') return undefined;
  if (session.lastSeenAt === null || now.getTime() - session.lastSeenAt.getTime() >= SEEN_RESOLUTION_MS) {
    noteSeen(deps, session.id, membership?.id, now).catch(deps.report ?? (() => {}));
  }
  const name = user === null ? 'console' : (membership?.callsign ?? displayName(user));
  const roles = user === null ? [session.role] : isOperating ? ['owner'] : row.roles;
  const authority = authorityOf({
    roles,
    custom: user === null || !isOperating ? row.custom : [],
    teams: row.teams,
    membershipId: membership?.id,
  });
  const platform = user?.isPlatformAdmin === true ? [{ permission: 'platform.*', scope: 'all' as const }] : [];
  return principalOf(
    organization,
    {
      kind: 'user',
      id: session.userId ?? session.id,
      name: isOperating ? `${name} (platform)` : name,
      ...(ip === undefined ? {} : { ip }),
    },
    roles.join(', '),
    { ...authority, grants: [...authority.grants, ...platform] },
    {
      method: session.method,
      sessionId: session.id,
      ...(session.userId === null ? {} : { userId: session.userId }),
      ...(membership === null ? {} : { membershipId: membership.id }),
      ...(user?.isPlatformAdmin === true ? { isPlatformAdmin: true } : {}),
      ...(isOperating ? { operateReason: session.operateReason ?? '' } : {}),
    },
  );
}

async function noteSeen({ db }: Deps, sessionId: string, membershipId: string | undefined, now: Date): Promise<void> {
  const before = new Date(now.getTime() - SEEN_RESOLUTION_MS);
  await db
    .update(sessions)
    .set({ lastSeenAt: now })
    .where(and(eq(sessions.id, sessionId), or(isNull(sessions.lastSeenAt), lte(sessions.lastSeenAt, before))));
  if (membershipId === undefined) return;
  await db.update(memberships).set({ lastSeenAt: now }).where(eq(memberships.id, membershipId));
}
