import { describe, expect, it } from 'vitest';
import { nodeDigests } from '../../src/node/digests.ts';
import {
  type CallDirection,
  type CallerInput,
  compile,
  createMemoryCounters,
  DigitTable,
  type Finding,
  type Inquiry,
  MAX_DOCUMENTS,
  planDocumentSchema,
  type Question,
  validate,
} from '../../src/routing/index.ts';
import { createCallPlayer, createVoiceApp, sha256Hex, type Tenant, VOICE_PATH } from '../../src/webhooks/index.ts';
import { randomPlan } from '../support/random-plan.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { cxmlProblems } from '../support/strict-cxml.ts';

/** Thousands in the long run of CI; any seed can be played again by itself. */
const PLANS = Number(process.env.RANDOM_PLANS ?? 2_000);
const CALLS_A_PLAN = 3;
const BASE = 'https://pbx.example';
const KEY = 'key';

const CALLERS = [
  '+16465550150',
  '16465550150',
  '+447911123456',
  'anonymous',
  '',
  '101',
  '102',
  '🙂<&>',
  '999*',
  '\u0661\u0662',
];
const CALLED = [
  '+16465550100',
  '6465550101',
  '+16465550102',
  '+442071234567',
  '101',
  '109',
  '600',
  '700',
  '800',
  '900',
  '950',
  '960',
  '970',
  '*97',
  '*8101',
  '*60',
  '+16465550177',
  '911',
  'sip:x',
  '',
];
const DIRECTIONS: readonly CallDirection[] = ['inbound', 'inbound', 'subscriber', 'outbound-api'];
const KEYS = ['1', '2', '0', '*', '#', '12', '*9', '101', '4321', '2', '404', '9999999999', '00', '*#'];
const OUTCOMES = ['answered', 'busy', 'no-answer', 'canceled', 'failed'] as const;

interface Played {
  readonly documents: readonly { readonly status: number; readonly cxml: string }[];
  readonly ended: boolean;
  readonly failures: readonly string[];
}

/** Plays one call against the real webhook, with a world that answers at random. */
async function playAtRandom(tenant: Tenant, random: () => number): Promise<Played> {
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const memory = createMemoryCounters();
  const failures: string[] = [];
  const app = createVoiceApp({
    plans: { byDomain: () => tenant, byWebhookToken: () => undefined },
    events: {
      append(record) {
        if (record.kind === 'voice' && record.failure !== null) failures.push(record.failure);
        return true;
      },
    },
    counters: {
      async answer({ organizationId }, question: Question) {
        if (question.kind === 'engage') return Math.floor(random() * (question.among.length + 1)) - 1;
        return memory.answer(organizationId, question, 0);
      },
    },
    inquiries: { find: async (_asker, inquiry) => findingAtRandom(inquiry, one) },
    continuationKey: new Uint8Array(32).fill(1),
    digests: nodeDigests,
    publicUrl: BASE,
    clock: { now: () => new Date('2026-11-18T17:00:00Z') },
    random,
  });
  const call = {
    from: one(CALLERS),
    to: one(CALLED),
    direction: one(DIRECTIONS),
    domain: tenant.domain,
    callToken: '00112233445566778899aabbccddeeff',
  };
  const documents: { status: number; cxml: string }[] = [];
  const player = createCallPlayer(call, `${BASE}${VOICE_PATH}`, async (url, body) => {
    const response = await app.request(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = { status: response.status, body: await response.text() };
    documents.push({ status: answer.status, cxml: answer.body });
    return answer;
  });
  await player.begin();
  // Twice the bound: one that is not kept shall be seen, and not hang.
  for (let step = 0; step < 2 * MAX_DOCUMENTS; step += 1) {
    const keys: CallerInput = random() < 0.3 ? { kind: 'noinput' } : { kind: 'digits', digits: one(KEYS) };
    let next = await player.next(random() < 0.1 ? { kind: 'speech', text: 'sales & <more>' } : keys);
    if (next.kind === 'waiting') {
      next = await player.next(
        next.for === 'record' ? { kind: 'record', seconds: 3 } : { kind: 'dial', outcome: one(OUTCOMES) },
      );
    }
    if (next.kind !== 'document') return { documents, ended: next.kind === 'ended', failures };
  }
  return { documents, ended: false, failures };
}

function findingAtRandom(inquiry: Inquiry, one: <Item>(items: readonly Item[]) => Item): Finding {
  if (inquiry.kind !== 'custom_logic') return { kind: one(['changed', 'failed'] as const) } as Finding;
  return one<Finding>([
    { kind: 'failed', reason: 'it hangs' },
    { kind: 'target', target: one(['extension:101', 'custom_logic:c', 'ring_group:a', 'hangup', 'nonsense']) },
    {
      kind: 'cxml',
      verbs: [
        { name: 'Say', attributes: {}, children: ['from the customer & <more>'] },
        { name: 'Hangup', attributes: {}, children: [] },
      ],
    },
    {
      kind: 'cxml',
      verbs: [
        { name: 'Gather', attributes: { numDigits: '1' }, children: [] },
        { name: 'Redirect', attributes: {}, children: [inquiry.url] },
      ],
    },
  ]);
}

function tenantOf(seed: number, random: () => number): Tenant {
  const document = planDocumentSchema.parse(randomPlan(random));
  // Whatever validation makes of it: it must not throw, and calls must end also where it complains.
  expect(Array.isArray(validate(document)), `seed ${seed}`).toBe(true);
  const long = new DigitTable();
  long.set('447911', true);
  return {
    organizationId: 'random',
    slug: 'random',
    domain: 'random.cloudonix.net',
    requestsKeyHash: sha256Hex(KEY),
    webhookTokenHash: '',
    plan: compile(document),
    planVersion: 1,
    blockLists: { of: (list) => (list === 'long' ? long : undefined) },
  };
}

describe('any plan, any caller', () => {
  it(`${PLANS} plans: always an answer, always documented CXML, always an end`, { timeout: 300_000 }, async () => {
    const kinds = new Set<string>();
    let documents = 0;
    for (let seed = 1; seed <= PLANS; seed += 1) {
      const random = seededRandom(seed);
      const tenant = tenantOf(seed, random);
      for (let call = 0; call < CALLS_A_PLAN; call += 1) {
        const played = await playAtRandom(tenant, random);
        const where = `seed ${seed}, call ${call + 1}`;
        expect(played.failures, where).toEqual([]);
        expect(played.ended, `${where} ends`).toBe(true);
        expect(played.documents.length, where).toBeLessThanOrEqual(MAX_DOCUMENTS);
        for (const { status, cxml } of played.documents) {
          if (status !== 200) expect.fail(`${where}: status ${status}`);
          const problems = cxmlProblems(cxml);
          if (problems.length > 0) expect.fail(`${where}: ${problems.join('; ')}\n${cxml}`);
          for (const [, name] of cxml.matchAll(/<([A-Z]\w*)/g)) kinds.add(name ?? '');
          documents += 1;
        }
      }
    }
    // A generator that stopped reaching places would let everything pass.
    expect(documents).toBeGreaterThan(PLANS * CALLS_A_PLAN);
    const reached = ['Say', 'Play', 'Gather', 'Dial', 'Number', 'Service', 'Conference', 'Stream', 'Record', 'Reject'];
    expect([...kinds]).toEqual(expect.arrayContaining(reached));
  });
});
