import { and, eq, sql } from 'drizzle-orm';
import { clientCertificates, memberships, organizations, serviceAccounts, users } from '../../db/schema/index.ts';
import { type AuthenticationDeps, type Principal, principalOf } from '../principal.ts';
import {
  authorityOf,
  customGrants,
  roleRowsOfMembership,
  rolesOfMembership,
  teamsOfMembership,
} from '../role/held-grants.ts';

/**
 * Who a client certificate belongs to, by the fingerprint of the very certificate that a verified TLS connection showed; or
 * undefined when it is none of ours, expired, revoked, or its holder is no longer active. A row is the proof, not the chain
 * alone: a certificate that an authority signed without our knowledge opens nothing.
 */
export async function authenticateCertificate(
  deps: Pick<AuthenticationDeps, 'db' | 'clock'>,
  fingerprint: string,
  ip?: string,
): Promise<Principal | undefined> {
  const [row] = await deps.db
    .select({
      certificate: clientCertificates,
      organization: organizations,
      membership: memberships,
      user: users,
      service: serviceAccounts,
      roles: rolesOfMembership(memberships.id),
      custom: customGrants(organizations.id, sql`${roleRowsOfMembership(memberships.id)}`),
      teams: teamsOfMembership(memberships.organizationId, memberships.id),
    })
    .from(clientCertificates)
    .innerJoin(organizations, eq(organizations.id, clientCertificates.organizationId))
    .leftJoin(memberships, eq(memberships.id, clientCertificates.membershipId))
    .leftJoin(users, eq(users.id, memberships.userId))
    .leftJoin(serviceAccounts, and(eq(serviceAccounts.id, clientCertificates.serviceAccountId)))
    .where(eq(clientCertificates.fingerprint, fingerprint))
    .limit(1);
  if (row === undefined) return undefined;
  const { certificate, organization, membership, user, service } = row;
  const now = deps.clock.now();
  if (certificate.revokedAt !== null || certificate.notBefore > now || certificate.notAfter <= now) return undefined;
  if (organization.status !== 'active') return undefined;
  const address = ip === undefined ? {} : { ip };
  if (service !== null) {
    if (!service.isActive) return undefined;
    return principalOf(
      organization,
      { kind: 'certificate', id: service.id, name: service.name, ...address },
      'service account',
      { grants: service.permissions.map((permission) => ({ permission, scope: 'all' as const })) },
      { method: 'certificate' },
    );
  }
  if (membership?.status !== 'active' || user === null || !user.isActive || user.deletedAt !== null) return undefined;
  return principalOf(
    organization,
    { kind: 'certificate', id: user.id, name: membership.callsign, ...address },
    row.roles.join(', '),
    authorityOf({ roles: row.roles, custom: row.custom, teams: row.teams, membershipId: membership.id }),
    { method: 'certificate', userId: user.id, membershipId: membership.id },
  );
}
