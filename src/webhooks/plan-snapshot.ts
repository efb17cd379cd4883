import { compile, type PlanDocument } from '../routing/index.ts';
import type { Tenant } from './ports.ts';

/**
 * One organization's published plan as it is put where Workers can read it. Holds no secret. `document` has passed
 * `planDocumentSchema` and `validate` when it was published and is not checked again.
 */
export interface PlanSnapshot {
  readonly organizationId: string;
  readonly slug: string;
  readonly domain: string;
  /** Lower-case hex SHA-256, as in Tenant. */
  readonly requestsKeyHash: string;
  readonly webhookTokenHash: string;
  readonly version: number;
  readonly document: PlanDocument;
}

/** Compiles a snapshot. */
export function tenantOf(snapshot: PlanSnapshot): Tenant {
  const { document, version, ...identity } = snapshot;
  return { ...identity, plan: compile(document), planVersion: version };
}

/** The key under which a snapshot is stored. */
export function domainKey(domain: string): string {
  return `domain:${domain}`;
}

/** The key under which the domain of a callback token is stored; `hash` is the SHA-256 of the token. */
export function webhookKey(hash: string): string {
  return `webhook:${hash}`;
}
