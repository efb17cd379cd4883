import { and, eq, isNull, lte, or } from 'drizzle-orm';
import { equalInConstantTime } from '../../core/bytes.ts';
import { apiKeys, organizations } from '../../db/schema/index.ts';
import { type AuthenticationDeps, type Principal, principalOf } from '../principal.ts';
import { hashToken } from '../secret-token.ts';

/** How exact "last used" is; every further use within this time writes nothing. */
const USE_RESOLUTION_MS = 60_000;

/**
 * Who a presented key belongs to, or undefined when it is unknown, revoked, expired or of a suspended organization: one
 * answer for all four, so that asking teaches nothing. "Last used" is written behind the request's back.
 */
export async function authenticateApiKey(
  deps: AuthenticationDeps,
  presented: string,
  ip?: string,
): Promise<Principal | undefined> {
  const keyHash = hashToken(presented);
  const [row] = await deps.db
    .select({ key: apiKeys, organization: organizations })
    .from(apiKeys)
    .innerJoin(organizations, eq(organizations.id, apiKeys.organizationId))
    .where(eq(apiKeys.keyHash, keyHash))
    .limit(1);
  if (row === undefined || !equalInConstantTime(Buffer.from(row.key.keyHash), Buffer.from(keyHash))) return undefined;
  const { key, organization } = row;
  const now = deps.clock.now();
  if (key.revokedAt !== null || organization.status !== 'active') return undefined;
  if (key.expiresAt !== null && key.expiresAt <= now) return undefined;
  if (key.lastUsedAt === null || now.getTime() - key.lastUsedAt.getTime() >= USE_RESOLUTION_MS) {
    noteUse(deps, key.id, now).catch(deps.report);
  }
  return principalOf(
    organization,
    { kind: 'api_key', id: key.id, name: key.name, ...(ip === undefined ? {} : { ip }) },
    key.role,
  );
}

async function noteUse(deps: AuthenticationDeps, id: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - USE_RESOLUTION_MS);
  await deps.db
    .update(apiKeys)
    .set({ lastUsedAt: now })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, before))));
}
