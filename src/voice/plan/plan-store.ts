import type { Database } from '../../db/open.ts';
import type { Log } from '../../platform/log.ts';
import type { SecretBox } from '../../platform/secrets.ts';
import { compileInSteps } from '../../routing/index.ts';
import type { PlanStore, Tenant } from '../../webhooks/index.ts';
import type { BlockListStore } from '../blocking/block-list-store.ts';
import { type Follower, followChanges } from '../follow-changes.ts';
import { inTurns } from './in-turns.ts';
import { listPlanVersions, loadSnapshots, loadVersion } from './load.ts';
import { createOlderPlans } from './older-plans.ts';

export interface MemoryPlanStore extends PlanStore, Follower {
  /** How many organizations can be answered. */
  size(): number;
}

/** Documents read at once while starting with thousands of organizations. */
const CHUNK = 200;

/**
 * Keeps every organization's compiled plan in memory (promise P1). A new version replaces the old one in one assignment,
 * so a call is answered by one plan or the other, never by neither; while the database is away the last plans go on.
 */
export async function createPlanStore(options: {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly log: Log;
  /** Numbers of long lists, which change beside the plans. */
  readonly blockLists?: Pick<BlockListStore, 'of'>;
}): Promise<MemoryPlanStore> {
  const { database, secrets, log } = options;
  const tenants = new Map<string, { readonly stamp: string; readonly tenant: Tenant }>();
  const older = createOlderPlans(async (organizationId, version) => {
    const document = await loadVersion(database.orm, secrets, organizationId, version);
    return document === undefined ? undefined : inTurns(compileInSteps(document));
  });
  let byDomain: ReadonlyMap<string, Tenant> = new Map();
  let byToken: ReadonlyMap<string, Tenant> = new Map();

  const follower = await followChanges({
    database,
    topic: 'plan',
    load,
    log,
    whenStale: 'plans could not be refreshed; calls go on with the last ones',
  });

  return {
    byDomain: (domain) => byDomain.get(domain),
    byWebhookToken: (hash) => byToken.get(hash),
    planOf: older.get,
    ...follower,
    size: () => byDomain.size,
  };

  async function load(): Promise<void> {
    const wanted = await listPlanVersions(database.orm);
    const stale = [...wanted].filter(([id, stamp]) => tenants.get(id)?.stamp !== stamp).map(([id]) => id);
    const gone = [...tenants.keys()].filter((id) => !wanted.has(id));
    if (stale.length === 0 && gone.length === 0) return;
    for (let start = 0; start < stale.length; start += CHUNK) {
      const snapshots = await loadSnapshots(database.orm, secrets, stale.slice(start, start + CHUNK));
      for (const snapshot of snapshots) {
        const blockLists = options.blockLists?.of(snapshot.organizationId);
        const { document, version, ...identity } = snapshot;
        const plan = await inTurns(compileInSteps(document));
        const lists = blockLists === undefined ? {} : { blockLists };
        const tenant: Tenant = { ...identity, plan, planVersion: version, ...lists };
        const former = tenants.get(tenant.organizationId)?.tenant;
        if (former !== undefined && former.planVersion !== tenant.planVersion) older.keep(former);
        tenants.set(tenant.organizationId, { stamp: wanted.get(tenant.organizationId) ?? '', tenant });
      }
    }
    for (const id of gone) tenants.delete(id);
    const all = [...tenants.values()].map(({ tenant }) => tenant);
    byDomain = new Map(all.map((tenant) => [tenant.domain, tenant]));
    byToken = new Map(all.map((tenant) => [tenant.webhookTokenHash, tenant]));
    log.info({ organizations: all.length, changed: stale.length, removed: gone.length }, 'plans loaded');
  }
}
