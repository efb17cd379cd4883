import { eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { apiKeys, memberships, organizations, serviceAccounts } from '../../db/schema/index.ts';
import { customGrants } from '../role/held-grants.ts';

/** Who is behind a key, by a unique index each step. To be built once and run with each request, as `sessionStatement` is. */
export function apiKeyStatement(db: Db) {
  return (
    db
      .select({
        key: {
          id: apiKeys.id,
          name: apiKeys.name,
          role: apiKeys.role,
          scopes: apiKeys.scopes,
          allowedAddresses: apiKeys.allowedAddresses,
          expiresAt: apiKeys.expiresAt,
          lastUsedAt: apiKeys.lastUsedAt,
          revokedAt: apiKeys.revokedAt,
        },
        organization: {
          id: organizations.id,
          slug: organizations.slug,
          name: organizations.name,
          status: organizations.status,
        },
        service: {
          id: serviceAccounts.id,
          name: serviceAccounts.name,
          permissions: serviceAccounts.permissions,
          isActive: serviceAccounts.isActive,
        },
        membership: { id: memberships.id, status: memberships.status },
        custom: customGrants(organizations.id, sql`select ${apiKeys.role}`),
      })
      .from(apiKeys)
      .innerJoin(organizations, eq(organizations.id, apiKeys.organizationId))
      .leftJoin(serviceAccounts, eq(serviceAccounts.id, apiKeys.serviceAccountId))
      .leftJoin(memberships, eq(memberships.id, apiKeys.membershipId))
      .where(eq(apiKeys.keyHash, sql.placeholder('hash')))
      .limit(1)
      // Kept by the server: planning it costs more than running it, and every request runs it.
      .prepare('api_key')
  );
}
