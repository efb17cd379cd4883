import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { nodeDigests } from '../src/node/digests.ts';
import { createSecretBox } from '../src/platform/secrets.ts';
import { type CallState, compile, decide } from '../src/routing/index.ts';
import { createContinuations } from '../src/webhooks/continuation.ts';
import { type RealPostgres, startRealPostgres } from '../test/support/real-postgres.ts';
import type { BenchRow } from './pdu.ts';
import { type Child, startChild } from './support/child.ts';
import { closedLoop, type RequestMaker } from './support/http-load.ts';
import { type BenchOrganization, REQUESTS_KEY, SECRET_KEY, seedOrganizations } from './support/organizations.ts';

const CONNECTIONS = 64;
const WARM_UP_SECONDS = 5;
const ROUNDS = 5;
const ROUND_SECONDS = 3;
/** `BENCH_ORGANIZATIONS=0` measures the session updates only. */
const SIZES = (process.env.BENCH_ORGANIZATIONS ?? '10,1000,10000').split(',').map(Number).filter(Boolean);
const UPDATES_OF_A_CALL = 5;

/**
 * The webhook under the calls of a real day: 40 % direct, 20 % ring group, 20 % menu, 10 % digits of a menu, 5 % blocked,
 * 5 % balanced AI, over so many organizations, journal on disk and real Postgres behind it, against a bare hono app in
 * turns. Then session updates against one insert a request on the same Postgres. Processor time stands beside the rates,
 * for a busy machine distorts only these.
 */
export async function run(emit: (row: BenchRow) => void): Promise<void> {
  const server = await startRealPostgres();
  const bare = await startChild(['bench/support/bare-hono.ts']);
  try {
    const costs = new Map<number, number>();
    for (const size of SIZES) costs.set(size, await measureMix(emit, server, bare, size));
    const all = [...costs.values()];
    if (all.length > 1) {
      emit({
        bench: 'voice-mix',
        case: `processor time an answer, the dearest of ${[...costs.keys()].join(', ')} organizations to the cheapest`,
        value: round(Math.max(...all) / Math.min(...all)),
        unit: 'times',
      });
    }
    await measureSessions(emit, server);
  } finally {
    await bare.stop();
    await server.dispose();
  }
}

async function measureMix(
  emit: (row: BenchRow) => void,
  server: RealPostgres,
  bare: Child,
  size: number,
): Promise<number> {
  return withService(server, `mix_${size}`, size, async (ours, organizations, url) => {
    const request = mixedRequests(organizations);
    await loop(bare, WARM_UP_SECONDS, request);
    await loop(ours, WARM_UP_SECONDS, request);
    await settled(ours);
    await analyze(url);
    const rounds: { readonly bare: Round; readonly ours: Round; readonly stored: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const bareRound = await loop(bare, ROUND_SECONDS, request);
      const cpuBefore = ours.cpuSeconds();
      const ourRound = await loop(ours, ROUND_SECONDS, request);
      await settled(ours);
      const stored = ((ours.cpuSeconds() - cpuBefore) / ourRound.answers) * 1e6;
      rounds.push({ bare: bareRound, ours: ourRound, stored });
    }
    const tell = (name: string, value: number, unit: string, ratio?: number) =>
      emit({
        bench: 'voice-mix',
        case: `${size} organizations, ${name}`,
        value: round(value),
        unit,
        ...(ratio === undefined ? {} : { ratio: round(ratio), against: 'bare hono' }),
      });
    const bareCpu = median(rounds.map((one) => one.bare.cpuMicroseconds));
    const ourCpu = median(rounds.map((one) => one.ours.cpuMicroseconds));
    tell('bare hono', median(rounds.map((one) => one.bare.perSecond)), 'answers/s');
    const share = median(rounds.map((one) => one.ours.perSecond / one.bare.perSecond));
    tell('webhook', median(rounds.map((one) => one.ours.perSecond)), 'answers/s', share);
    tell('bare hono, processor time an answer', bareCpu, 'µs');
    tell('webhook, processor time an answer', ourCpu, 'µs', bareCpu / ourCpu);
    tell('webhook, processor time until it is stored', median(rounds.map((one) => one.stored)), 'µs');
    tell('resident memory', ours.memoryMiB(), 'MiB');
    tell('load of the machine', loadavg()[0] ?? 0, 'processes');
    return ourCpu;
  });
}

/** One insert a request: as fast as we know to write it, and with the packages most people begin with. */
const SINGLE = [
  { name: 'one insert a request, hono + postgres', script: 'insert-per-request.ts', table: 'bench_session_updates' },
  {
    name: 'one insert a request, express + pg',
    script: 'express-insert-per-request.mjs',
    table: 'bench_express_updates',
    packages: 'express pg',
  },
];

async function measureSessions(emit: (row: BenchRow) => void, server: RealPostgres): Promise<void> {
  await withService(server, 'sessions', 10, async (ours, organizations, url) => {
    const peers: {
      readonly name: string;
      readonly table: string;
      readonly child: Child;
      sent: number;
      rates: number[];
    }[] = [];
    for (const { name, script, table, packages } of SINGLE) {
      const child = await startChild([`bench/support/${script}`], { DATABASE_URL: url }).catch((error: unknown) => {
        if (packages === undefined) throw error;
        process.stderr.write(`${name}: left out. To measure it: npm install --no-save ${packages}\n`);
      });
      if (child !== undefined) peers.push({ name, table, child, sent: 0, rates: [] });
    }
    const client = postgres(url, { max: 1, onnotice: () => {} });
    try {
      const request = sessionRequests(organizations);
      const rates: { readonly accepted: number; readonly stored: number }[] = [];
      let sent = 0;
      for (let index = 0; index < ROUNDS + 1; index += 1) {
        for (const peer of peers) {
          const one = await loop(peer.child, ROUND_SECONDS, request, 204);
          peer.sent += one.answers;
          if (index > 0) peer.rates.push(one.perSecond);
        }
        const startedAt = performance.now();
        const one = await loop(ours, ROUND_SECONDS, request, 204);
        await settled(ours);
        sent += one.answers;
        if (index === 0) await analyze(url);
        // The first is the warm-up; it counts among what must be stored.
        else {
          const stored = one.answers / ((performance.now() - startedAt) / 1000);
          rates.push({ accepted: one.perSecond, stored });
        }
      }
      const [counted] = await client<{ ours: number }[]>`
        select count(*)::int as ours from voice.call_events where kind = 'session'`;
      if (counted?.ours !== sent) throw new Error(`${sent} were accepted, but ${counted?.ours} are stored`);
      for (const { table, sent: accepted } of peers) {
        const [row] = await client<{ count: number }[]>`select count(*)::int as count from ${client(table)}`;
        if (row?.count !== accepted) throw new Error(`${accepted} were accepted, but ${row?.count} are in ${table}`);
      }
      const tell = (
        name: string,
        value: number,
        unit: string,
        against?: { readonly name: string; readonly ratio: number },
      ) =>
        emit({
          bench: 'voice-mix',
          case: `session updates, ${name}`,
          value: Math.round(value),
          unit,
          ...(against === undefined ? {} : { ratio: round(against.ratio), against: against.name }),
        });
      for (const peer of peers) tell(peer.name, median(peer.rates), 'events/s');
      for (const kind of ['accepted', 'stored'] as const) {
        for (const peer of peers) {
          const ratio = median(rates.map((rate, index) => rate[kind] / (peer.rates[index] ?? Number.NaN)));
          tell(kind === 'stored' ? 'accepted and stored' : kind, median(rates.map((rate) => rate[kind])), 'events/s', {
            name: peer.name,
            ratio,
          });
        }
      }
      tell('stored in the end, each once', sent, 'events');
    } finally {
      await client.end();
      for (const { child } of peers) await child.stop();
    }
  });
}

/** A service over a database of its own with so many organizations. */
async function withService<Result>(
  server: RealPostgres,
  name: string,
  size: number,
  work: (child: Child, organizations: readonly BenchOrganization[], url: string) => Promise<Result>,
): Promise<Result> {
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name}`);
  await admin.end();
  const url = server.url.replace(/\/postgres$/, `/${name}`);
  const organizations = await seedOrganizations(url, size);
  const home = mkdtempSync(join(tmpdir(), 'switchhook-bench-'));
  const child = await startChild(['src/start.mjs', 'serve', '--json'], {
    PORT: '0',
    DATA_DIR: join(home, 'data'),
    DATABASE_URL: url,
    SECRET_KEY,
    SWITCHHOOK_DEMO: '0',
    LOG_LEVEL: 'error',
  });
  try {
    return await work(child, organizations, url);
  } finally {
    await child.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

interface Round {
  readonly answers: number;
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

async function loop(child: Child, seconds: number, request: RequestMaker, expected = 200): Promise<Round> {
  const cpuBefore = child.cpuSeconds();
  const result = await closedLoop({ port: child.port, connections: CONNECTIONS, seconds, request, expected });
  if (result.failures > 0) throw new Error(`${result.failures} answers were not ${expected}`);
  return {
    answers: result.answers,
    perSecond: result.answers / result.seconds,
    cpuMicroseconds: ((child.cpuSeconds() - cpuBefore) / result.answers) * 1e6,
  };
}

/** Statistics of tables that are no longer empty: what autovacuum makes within a minute, and a round is shorter. */
async function analyze(url: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  await client`analyze`;
  await client.end();
}

/** Waits until the journal is empty, so that one round does not pay for the one before. */
async function settled(child: Child): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${child.url}/metrics`)).text();
    if (/^switchhook_journal_pending_bytes 0$/m.test(metrics)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One call in twenty kinds of five percent each: what is dialled, and by whom. */
const MIX = [
  ...Array<'direct'>(8).fill('direct'),
  ...Array<'group'>(4).fill('group'),
  ...Array<'menu'>(4).fill('menu'),
  ...Array<'digits'>(2).fill('digits'),
  'blocked' as const,
  'balancer' as const,
];
const DIALED = { direct: '100', group: '101', menu: '102', digits: '102', blocked: '100', balancer: '103' } as const;

/** Every request is a call of its own, or the digits of one; organizations take turns. */
function mixedRequests(organizations: readonly BenchOrganization[]): RequestMaker {
  const continuations = createContinuations(createSecretBox([SECRET_KEY]).derive('voice-continuation'), nodeDigests);
  const first = organizations[0];
  if (first === undefined) throw new Error('there are no organizations');
  const waiting = menuState(first);
  // An odd stride over the organizations, so that each gets calls of every kind.
  const stride = 7919;
  let calls = 0;
  return () => {
    calls += 1;
    const kind = MIX[calls % MIX.length] ?? 'direct';
    const { id, domain } = organizations[(calls * stride) % organizations.length] ?? first;
    const token = uniqueToken(calls);
    const query =
      kind === 'digits'
        ? `?c=${continuations.sign({ organizationId: id, callToken: token }, waiting, Date.now())}`
        : '';
    return httpPost(`/webhooks/cloudonix/voice${query}`, {
      ApiVersion: '1',
      CallStatus: 'in-progress',
      From: kind === 'blocked' ? '+19765550111' : '+12125550150',
      To: `+12125550${DIALED[kind]}`,
      CallSid: token,
      Session: token,
      Domain: domain,
      AccountSid: domain,
      Direction: 'inbound',
      CallerName: 'JANE DOE',
      ...(kind === 'digits' ? { Digits: '1' } : {}),
      SessionData: {
        id: 980001,
        domainId: 4101,
        domain,
        token,
        status: 'NEW',
        profile: { 'inbound-trunk-id': 812 },
      },
    });
  };
}

/** The state in which the menu waits for digits; the same for every organization of the bench. */
function menuState({ document }: BenchOrganization): CallState {
  const event = {
    callToken: 'x',
    from: '+12125550150',
    to: '+12125550102',
    direction: 'inbound',
    overTrunk: true,
  } as const;
  const decision = decide(compile(document), event, undefined, { now: new Date(), random: 0, counters: {} });
  const gather = decision.kind === 'answer' ? decision.steps.find((step) => step.kind === 'gather') : undefined;
  if (gather === undefined) throw new Error('the menu of the bench does not ask for digits');
  return { ...gather.resume, planVersion: 1 };
}

const STATUSES = ['new', 'processing', 'ringing', 'connected', 'completed'] as const;

/** Five updates a call, as Cloudonix sends them. */
function sessionRequests(organizations: readonly BenchOrganization[]): RequestMaker {
  let updates = 0;
  return () => {
    const status = STATUSES[updates % UPDATES_OF_A_CALL] ?? 'new';
    const call = Math.floor(updates / UPDATES_OF_A_CALL);
    const { domain, webhookToken } = organizations[call % organizations.length] as BenchOrganization;
    updates += 1;
    const token = uniqueToken(call);
    return httpPost(`/webhooks/cloudonix/session/${webhookToken}`, {
      eventId: `${token}-${updates}-${Date.now()}`,
      id: 980001,
      token,
      domain,
      status,
      direction: 'incoming',
      callerId: '+12125550150',
      destination: '+12125550100',
      modifiedAt: new Date().toISOString(),
      callStartTime: Date.now(),
      profile: { 'inbound-trunk-id': 812, callId: ['a84b4c76e66710@203.0.113.7'] },
    });
  };
}

const RUN = Date.now().toString(16).padStart(12, '0');

function uniqueToken(number: number): string {
  return `${RUN}${number.toString(16).padStart(20, '0')}`;
}

function httpPost(path: string, body: object): Buffer {
  const json = JSON.stringify(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${REQUESTS_KEY}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
