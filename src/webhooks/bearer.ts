import { type Digests, hasDigest, portableDigests } from './digest.ts';
import type { Tenant } from './ports.ts';

/** Nobody's secret has this digest; comparing with it makes an unknown tenant as slow as a wrong key. */
const NO_DIGEST = '0'.repeat(64);

/** Whether the `Authorization` header holds this tenant's requests key, in constant time. */
export function presentsKeyOf(
  tenant: Tenant | undefined,
  authorization: string | undefined,
  digests: Digests = portableDigests,
): boolean {
  const secret = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? '';
  return hasDigest(secret, tenant?.requestsKeyHash ?? NO_DIGEST, digests) && tenant !== undefined && secret !== '';
}
