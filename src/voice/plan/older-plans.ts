import type { RoutingPlan } from '../../routing/index.ts';
import type { Tenant } from '../../webhooks/index.ts';

/** Compiled plans kept besides the newest: of all organizations together, and of one. */
const MOST = 500;
const MOST_OF_ONE = 8;

export interface OlderPlans {
  /** A version that was just replaced: calls it began go on by it. */
  keep(tenant: Tenant): void;
  /** At once when it is kept, else from the database. Rejects when that is away. */
  get(organizationId: string, version: number): RoutingPlan | undefined | Promise<RoutingPlan | undefined>;
}

/**
 * Plans that are no longer the newest and yet have calls. A bounded number stays in memory, those used last; what is not
 * there (this process may have started since) is loaded once for all who wait for it.
 */
export function createOlderPlans(
  load: (organizationId: string, version: number) => Promise<RoutingPlan | undefined>,
): OlderPlans {
  /** In the order of their last use. */
  const kept = new Map<string, { readonly organizationId: string; readonly plan: RoutingPlan }>();
  const loading = new Map<string, Promise<RoutingPlan | undefined>>();

  const put = (organizationId: string, version: number, plan: RoutingPlan) => {
    const key = keyOf(organizationId, version);
    kept.delete(key);
    kept.set(key, { organizationId, plan });
    const own = [...kept].filter(([, entry]) => entry.organizationId === organizationId);
    const [oldest] = own.length > MOST_OF_ONE ? own : kept.size > MOST ? kept : [];
    if (oldest !== undefined) kept.delete(oldest[0]);
  };

  return {
    keep: ({ organizationId, planVersion, plan }) => put(organizationId, planVersion, plan),
    get(organizationId, version) {
      const key = keyOf(organizationId, version);
      const found = kept.get(key);
      if (found !== undefined) {
        kept.delete(key);
        kept.set(key, found);
        return found.plan;
      }
      const running = loading.get(key);
      if (running !== undefined) return running;
      const begun = load(organizationId, version)
        .then((plan) => {
          if (plan !== undefined) put(organizationId, version, plan);
          return plan;
        })
        .finally(() => loading.delete(key));
      loading.set(key, begun);
      return begun;
    },
  };
}

function keyOf(organizationId: string, version: number): string {
  return `${organizationId}@${version}`;
}
