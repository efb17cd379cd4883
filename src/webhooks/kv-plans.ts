import type { Clock } from '../core/clock.ts';
import { domainKey, type PlanSnapshot, tenantOf, webhookKey } from './plan-snapshot.ts';
import type { PlanStore, Tenant } from './ports.ts';

/** What is read of a key-value store: Workers KV, or anything like it. */
export interface KeyValueReader {
  get(key: string): Promise<string | null>;
}

/** How long a plan is used without asking whether there is a newer one. */
const FRESH_MS = 15_000;

/** Tenants kept compiled in one isolate. */
const MOST_TENANTS = 1000;

interface CachedTenant {
  readonly tenant: Tenant;
  readonly json: string;
  readonly freshUntil: number;
}

/**
 * Plans from a key-value store. Each is compiled once per version and kept; when the store fails, the plan that was good
 * a moment ago still answers calls.
 */
export function createKvPlanStore(store: KeyValueReader, clock: Clock): PlanStore {
  const cache = new Map<string, CachedTenant>();

  const load = async (domain: string, known: CachedTenant | undefined): Promise<Tenant | undefined> => {
    let json: string | null;
    try {
      json = await store.get(domainKey(domain));
    } catch (error) {
      if (known === undefined) throw error;
      return known.tenant;
    }
    if (json === null) {
      cache.delete(domain);
      return undefined;
    }
    // The store holds only what was published, so the text has the shape of a snapshot.
    const tenant = known?.json === json ? known.tenant : tenantOf(JSON.parse(json) as PlanSnapshot);
    if (cache.size >= MOST_TENANTS) cache.clear();
    cache.set(domain, { tenant, json, freshUntil: clock.now().getTime() + FRESH_MS });
    return tenant;
  };

  const byDomain = (domain: string): Tenant | undefined | Promise<Tenant | undefined> => {
    const known = cache.get(domain);
    return known !== undefined && clock.now().getTime() < known.freshUntil ? known.tenant : load(domain, known);
  };

  return {
    byDomain,
    async byWebhookToken(hash) {
      const domain = await store.get(webhookKey(hash));
      const tenant = domain === null ? undefined : await byDomain(domain);
      // A token that was replaced leaves its old key behind for a while.
      return tenant?.webhookTokenHash === hash ? tenant : undefined;
    },
  };
}
