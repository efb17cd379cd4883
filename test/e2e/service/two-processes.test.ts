import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RealPostgres, startRealPostgres } from '../../support/real-postgres.ts';
import { API_KEY, eventually, type Service, startService } from '../../support/service.ts';

const CONFIG = `organization: { slug: two, name: Two }
cloudonix: { domain: two.cloudonix.net, requestsApiKey: two-requests-key, webhookToken: two-webhook-token }
extensions:
  - { number: "101" }
  - { number: "102" }
  - { number: "103" }
ringGroups:
  - { name: rota, strategy: round_robin, members: ["101", "102", "103"] }
aiAssistants:
  - { name: few, protocol: websocket, url: "wss://agents.example/few", maxConcurrentCalls: 7 }
  - { name: many, protocol: websocket, url: "wss://agents.example/many" }
aiLoadBalancers:
  - { name: agents, strategy: sequential, members: [{ assistant: few }], fallback: "extension:101" }
numbers:
  - { number: "+16465550100", routeTo: "ring_group:rota" }
  - { number: "+16465550101", routeTo: "ai_load_balancer:agents" }
  - { number: "+16465550102", routeTo: "extension:101" }
blockLists:
  - { name: spam, action: drop }
`;

let postgres: RealPostgres;
let nodes: readonly [Service, Service];

beforeAll(async () => {
  postgres = await startRealPostgres();
  const env = { DATABASE_URL: postgres.url, SECRET_KEY: 'one-secret-for-both-processes' };
  const first = await startService({ config: CONFIG, env });
  nodes = [first, await startService({ env })];
});
afterAll(async () => {
  await Promise.all(nodes?.map((node) => node.stop()) ?? []);
  await postgres?.dispose();
});

let calls = 0;

async function call(node: Service, to: string, from = '+16465550150') {
  calls += 1;
  const token = `call-${calls}`;
  const response = await fetch(`${node.url}/webhooks/cloudonix/voice`, {
    method: 'POST',
    headers: { authorization: 'Bearer two-requests-key', 'content-type': 'application/json' },
    body: JSON.stringify({ Session: token, Domain: 'two.cloudonix.net', Direction: 'inbound', From: from, To: to }),
  });
  return { token, status: response.status, cxml: await response.text() };
}

/** Calls over both processes in turn, some at a time on each. */
async function load(count: number, to: string, atOnce = 6) {
  const answers: Awaited<ReturnType<typeof call>>[] = [];
  let left = count;
  const worker = async (node: Service) => {
    while (left > 0) {
      left -= 1;
      answers.push(await call(node, to));
    }
  };
  await Promise.all(nodes.flatMap((node) => Array.from({ length: atOnce }, () => worker(node))));
  return answers;
}

/** Callers whom the shared state kept waiting too long; those were served by one process alone. */
async function fallbacks(): Promise<number> {
  const texts = await Promise.all(nodes.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
  return texts.reduce(
    (sum, text) => sum + Number(/^switchhook_counter_fallbacks_total (\d+)/m.exec(text)?.[1] ?? 0),
    0,
  );
}

const countOf = (answers: readonly { readonly cxml: string }[], part: string) =>
  answers.filter(({ cxml }) => cxml.includes(part)).length;

async function report(node: Service, kind: 'cdr' | 'session', body: object): Promise<void> {
  const response = await fetch(`${node.url}/webhooks/cloudonix/${kind}/two-webhook-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(204);
}

async function activeCalls(): Promise<number> {
  const { body } = await nodes[1].api<{ items: { assistant: string; activeCalls: number }[] }>(
    'GET',
    '/ai-assistants/states',
    undefined,
    { authorization: `Bearer ${API_KEY}` },
  );
  return body.items.find(({ assistant }) => assistant === 'few')?.activeCalls ?? -1;
}

describe('two processes on one Postgres', () => {
  test('share a rotation: every member rings equally often, whichever process answers', async () => {
    const shared: Awaited<ReturnType<typeof load>> = [];
    let alone = 0;
    // On a machine too busy to ask Postgres in time callers are served by one process alone; those prove nothing.
    while (shared.length < 300) {
      const before = await fallbacks();
      const answers = await load(30, '+16465550100', 3);
      const missed = (await fallbacks()) - before;
      alone += missed;
      if (missed === 0) shared.push(...answers);
    }
    const rung = ['101', '102', '103'].map((number) => countOf(shared, `<Number>${number}</Number>`));
    expect(rung.reduce((sum, count) => sum + count, 0)).toBe(shared.length);
    // A turn that was taken too late for its caller is lost, and moves the others by one.
    for (const count of rung) expect(Math.abs(count - shared.length / 3)).toBeLessThanOrEqual(alone);
  });

  test('hold one limit: seven calls of an assistant, and no more, until calls end', async () => {
    const before = await fallbacks();
    const answers = await load(80, '+16465550101');
    const alone = (await fallbacks()) - before;
    const taken = answers.filter(({ cxml }) => cxml.includes('<Stream'));
    expect(taken.length).toBeGreaterThanOrEqual(7);
    expect(taken.length - alone).toBeLessThanOrEqual(7);
    expect(countOf(answers, '<Number>101</Number>')).toBe(80 - taken.length);
    expect(await activeCalls()).toBe(7);

    // Each call's end is told to the process that did not answer it, in one way or the other.
    for (const [index, { token }] of taken.entries()) {
      const node = nodes[index % 2] as Service;
      if (index % 3 === 0)
        await report(node, 'cdr', { call_id: `sip-${token}`, disposition: 'ANSWER', session: { token } });
      else await report(node, 'session', { token, status: 'completed', eventId: `end-${token}` });
    }
    await eventually(activeCalls, (active) => active === 0);
    expect(countOf([await call(nodes[0], '+16465550101')], '<Stream')).toBe(1);
  });

  test('take over a changed plan under load, and no caller hears an error meanwhile', async () => {
    const [first, second] = nodes;
    const isDone = { value: false };
    const statuses = new Set<number>();
    const odd: string[] = [];
    const callers = Array.from({ length: 4 }, async () => {
      while (!isDone.value) {
        const { status, cxml } = await call(second, '+16465550102');
        statuses.add(status);
        if (!/<Number>10[123]<\/Number>/.test(cxml)) odd.push(cxml);
      }
    });
    for (const extension of ['102', '103', '101', '102', '103']) {
      const changed = await first.api('PATCH', '/numbers/%2B16465550102', { routeTo: `extension:${extension}` });
      expect(changed.status).toBe(200);
      await eventually(
        () => call(second, '+16465550102'),
        ({ cxml }) => cxml.includes(`<Number>${extension}</Number>`),
      );
    }
    isDone.value = true;
    await Promise.all(callers);
    expect([...statuses]).toEqual([200]);
    expect(odd).toEqual([]);
  });

  test('block a number that was put on a long list at the other, and let it in again', async () => {
    const [first, second] = nodes;
    const from = '+19005550666';
    const isBlocked = ({ cxml }: { readonly cxml: string }) => cxml.includes('<Hangup/>') && !cxml.includes('<Dial');
    expect((await first.api('POST', '/block-lists/spam/entries', { add: [from] })).body).toMatchObject({ added: 1 });
    await eventually(() => call(second, '+16465550102', from), isBlocked);
    expect((await second.api('POST', '/block-lists/spam/entries', { remove: [from] })).status).toBe(200);
    await eventually(
      () => call(first, '+16465550102', from),
      (answer) => !isBlocked(answer),
    );
    await eventually(
      () => call(second, '+16465550102', from),
      (answer) => !isBlocked(answer),
    );
    // The log is written after the answer.
    const log = await eventually(
      () => first.api<{ items: unknown[] }>('GET', '/blocked-calls?list=spam'),
      ({ body }) => body.items.length > 0,
    );
    expect(log.body.items[0]).toMatchObject({ from, pattern: from, list: 'spam', action: 'drop' });
  });
});
