import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { memberships, organizations, sessions, users } from '../../db/schema/index.ts';
import { customGrants, roleRowsOfMembership, rolesOfMembership, teamsOfMembership } from '../role/held-grants.ts';

/** What a session is looked up by; each has a unique index. */
type Key = 'tokenHash' | 'id';

/**
 * Who is behind a session, where, and all they may do, by a unique index each step. To be built once and run with each
 * request: making its text costs more than the server needs to answer it.
 */
export function sessionStatement(db: Db, key: Key) {
  return (
    db
      .select({
        session: {
          id: sessions.id,
          userId: sessions.userId,
          role: sessions.role,
          method: sessions.method,
          expiresAt: sessions.expiresAt,
          revokedAt: sessions.revokedAt,
          lastSeenAt: sessions.lastSeenAt,
          homeOrganizationId: sessions.homeOrganizationId,
          operateReason: sessions.operateReason,
        },
        organization: {
          id: organizations.id,
          slug: organizations.slug,
          name: organizations.name,
          status: organizations.status,
        },
        user: {
          firstName: users.firstName,
          lastName: users.lastName,
          email: users.email,
          isActive: users.isActive,
          isPlatformAdmin: users.isPlatformAdmin,
          deletedAt: users.deletedAt,
        },
        membership: { id: memberships.id, status: memberships.status, callsign: memberships.callsign },
        roles: rolesOfMembership(memberships.id),
        custom: customGrants(
          sessions.organizationId,
          sql`${roleRowsOfMembership(memberships.id)} union all select ${sessions.role}`,
        ),
        teams: teamsOfMembership(memberships.organizationId, memberships.id),
      })
      .from(sessions)
      .innerJoin(organizations, eq(organizations.id, sessions.organizationId))
      .leftJoin(users, eq(users.id, sessions.userId))
      .leftJoin(
        memberships,
        and(eq(memberships.organizationId, sessions.organizationId), eq(memberships.userId, sessions.userId)),
      )
      .where(eq(sessions[key], sql.placeholder('key')))
      .limit(1)
      // Kept by the server: planning it costs more than running it, and every request runs it.
      .prepare('session')
  );
}
