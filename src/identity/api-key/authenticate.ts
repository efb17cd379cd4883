import { BlockList, isIP } from 'node:net';
import { and, eq, isNull, lte, or } from 'drizzle-orm';
import { apiKeys } from '../../db/schema/index.ts';
import { can, covers } from '../permissions.ts';
import { type AuthenticationDeps, type Principal, principalOf } from '../principal.ts';
import { authorityOf } from '../role/held-grants.ts';
import { hashToken } from '../secret-token.ts';
import { apiKeyStatement } from './statement.ts';

/** How exact "last used" is; every further use within this time writes nothing. */
const USE_RESOLUTION_MS = 60_000;

type Deps = Pick<AuthenticationDeps, 'db' | 'clock' | 'report' | 'statements'>;

/**
 * Who a presented key belongs to, or undefined when it is unknown, revoked, expired, used from a foreign address, or of an
 * organization, service account or person that is not active: one answer for all, so that asking teaches nothing. "Last
 * used" is written behind the request's back.
 */
export async function authenticateApiKey(deps: Deps, presented: string, ip?: string): Promise<Principal | undefined> {
  const statement = deps.statements?.apiKey() ?? apiKeyStatement(deps.db);
  const [row] = await statement.execute({ hash: hashToken(presented) });
  if (row === undefined) return undefined;
  const { key, organization, service, membership } = row;
  const now = deps.clock.now();
  if (key.revokedAt !== null || organization.status !== 'active') return undefined;
  if (key.expiresAt !== null && key.expiresAt <= now) return undefined;
  if (service?.isActive === false || (membership !== null && membership.status !== 'active')) return undefined;
  if (key.allowedAddresses !== null && !isAllowed(key.allowedAddresses, ip)) return undefined;
  if (key.lastUsedAt === null || now.getTime() - key.lastUsedAt.getTime() >= USE_RESOLUTION_MS) {
    noteUse(deps, key.id, now, ip).catch(deps.report);
  }
  const authority =
    service === null
      ? authorityOf({ roles: [key.role], custom: row.custom })
      : { grants: service.permissions.map((permission) => ({ permission, scope: 'all' as const })) };
  const principal = principalOf(
    organization,
    {
      kind: service === null ? 'api_key' : 'service_account',
      id: service?.id ?? key.id,
      name: service?.name ?? key.name,
      ...(ip === undefined ? {} : { ip }),
    },
    service === null ? key.role : 'service account',
    authority,
    { method: 'api_key' },
  );
  const { scopes } = key;
  if (scopes === null) return principal;
  return {
    ...principal,
    permissions: scopes,
    can: (permission, of) => scopes.some((scope) => covers(scope, permission)) && can(authority, permission, of),
  };
}

/** Whether an address lies in one of some CIDR blocks. An IPv4 address that came over an IPv6 socket is an IPv4 address. */
export function isAllowed(blocks: readonly string[], ip: string | undefined): boolean {
  if (ip === undefined) return false;
  const address = ip.startsWith('::ffff:') && isIP(ip.slice(7)) === 4 ? ip.slice(7) : ip;
  const family = isIP(address);
  if (family === 0) return false;
  const list = new BlockList();
  for (const block of blocks) {
    const [network = '', prefix] = block.split('/');
    const kind = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(network, kind);
    else list.addSubnet(network, Number(prefix), kind);
  }
  return list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

async function noteUse(deps: Deps, id: string, now: Date, ip?: string): Promise<void> {
  const before = new Date(now.getTime() - USE_RESOLUTION_MS);
  await deps.db
    .update(apiKeys)
    .set({ lastUsedAt: now, lastUsedIp: ip ?? null })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, before))));
}
