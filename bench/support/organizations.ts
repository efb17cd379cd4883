import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { uuidv7 } from '../../src/core/ids.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { type Database, openDatabase } from '../../src/db/open.ts';
import { aiAssistants, cloudonixSettings, organizations, planVersions, secrets } from '../../src/db/schema/index.ts';
import { createSecretBox } from '../../src/platform/secrets.ts';
import { type PlanDocument, planDocumentSchema } from '../../src/routing/index.ts';
import { planBinding } from '../../src/voice/plan/publish.ts';

/** The key the server under test has to be started with. */
export const SECRET_KEY = 'the-secret-key-of-the-bench';
export const REQUESTS_KEY = 'bench-requests-key';

export interface BenchOrganization {
  readonly id: string;
  readonly domain: string;
  readonly document: PlanDocument;
  readonly webhookToken: string;
}

/** Rows written at once. */
const BATCH = 500;

/**
 * Fills an empty database with organizations as `apply` would leave them, each with numbers that lead to a phone, a ring
 * group, a menu and a balancer of AI assistants, and with blocked callers. Applying ten thousand files takes too long.
 */
export async function seedOrganizations(url: string, count: number): Promise<readonly BenchOrganization[]> {
  const database = await openDatabase({ url, poolSize: 2 });
  try {
    await migrateDatabase(database.orm);
    const made: BenchOrganization[] = [];
    while (made.length < count)
      made.push(...(await seedBatch(database, made.length, Math.min(BATCH, count - made.length))));
    await database.orm.execute(sql`analyze`);
    return made;
  } finally {
    await database.close();
  }
}

async function seedBatch({ orm }: Database, first: number, count: number): Promise<readonly BenchOrganization[]> {
  const box = createSecretBox([SECRET_KEY]);
  const made = Array.from({ length: count }, (_, index) => organization(first + index));
  await orm.insert(organizations).values(made.map(({ id, document: { organization } }) => ({ id, ...organization })));
  const keys = made.map(({ id }) => ({
    id: uuidv7(),
    organizationId: id,
    purpose: 'cloudonix.requests_api_key',
    ...box.seal(REQUESTS_KEY, `${id}/cloudonix.requests_api_key`),
  }));
  await orm.insert(secrets).values(keys);
  await orm.insert(cloudonixSettings).values(
    made.map(({ id, domain, webhookToken }, index) => ({
      organizationId: id,
      domain,
      requestsApiKeySecretId: keys[index]?.id ?? '',
      requestsKeyHash: sha256(REQUESTS_KEY),
      webhookTokenSecretId: keys[index]?.id ?? '',
      webhookTokenHash: sha256(webhookToken),
    })),
  );
  await orm.insert(aiAssistants).values(
    made.flatMap(({ id, document }) =>
      document.aiAssistants.map(({ name, protocol, url }) => ({
        organizationId: id,
        name,
        protocol,
        url: url ?? null,
      })),
    ),
  );
  await orm.insert(planVersions).values(
    made.map(({ id, document }) => {
      const sealed = box.seal('{}', planBinding(id));
      return {
        organizationId: id,
        version: 1,
        document,
        keyId: sealed.keyId,
        sealedSecrets: sealed.ciphertext,
        actorName: 'bench',
      };
    }),
  );
  return made;
}

function organization(index: number): BenchOrganization {
  const slug = `bench-${index}`;
  const agent = (name: string) => ({ name, protocol: 'websocket' as const, url: `wss://agents.example/${name}` });
  const document = planDocumentSchema.parse({
    organization: { slug, name: `Bench ${index}`, timezone: 'America/New_York' },
    extensions: Array.from({ length: 10 }, (_, n) => ({ number: String(101 + n), name: `Person ${n}` })),
    ringGroups: [
      { name: 'all', members: ['101', '102', '103'] },
      { name: 'turns', strategy: 'round_robin', members: ['101', '102', '103'], turns: 2 },
    ],
    ivrMenus: [
      {
        name: 'main',
        greeting: { say: 'For sales press 1, for help press 2.' },
        options: [
          { key: '1', to: 'extension:101' },
          { key: '2', to: 'ring_group:all' },
        ],
      },
    ],
    aiAssistants: [agent('a'), agent('b')],
    aiLoadBalancers: [{ name: 'agents', followThrough: true, members: [{ assistant: 'a' }, { assistant: 'b' }] }],
    numbers: [
      { number: '+12125550100', routeTo: 'extension:101' },
      { number: '+12125550101', routeTo: index % 2 === 0 ? 'ring_group:all' : 'ring_group:turns' },
      { number: '+12125550102', routeTo: 'ivr_menu:main' },
      { number: '+12125550103', routeTo: 'ai_load_balancer:agents' },
    ],
    inboundBlacklist: [
      { pattern: '+19005550666', reason: 'nuisance' },
      { pattern: '+1976', match: 'prefix', action: 'drop' },
    ],
    outboundWhitelist: [{ prefix: '+1', trunk: 'carrier' }],
  });
  return { id: uuidv7(), domain: `${slug}.cloudonix.net`, document, webhookToken: `token-${slug}` };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
