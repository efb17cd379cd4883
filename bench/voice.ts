import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealPostgres } from '../test/support/real-postgres.ts';
import type { BenchRow } from './pdu.ts';
import { type Child, startChild } from './support/child.ts';
import { closedLoop, openLoop, percentile, type RequestMaker } from './support/http-load.ts';

const CONNECTIONS = 64;
const WARM_UP_SECONDS = 6;
const ROUNDS = 5;
const ROUND_SECONDS = 4;
const OPEN_PER_SECOND = 1_000;
const OPEN_SECONDS = 15;

/**
 * Answers a second of the voice webhook, journal on disk and real Postgres behind it, against a bare hono app that parses
 * the same JSON and answers a constant; in turns, in one run, each in a process of its own. Then the latency at a fixed
 * rate, and that everything answered really is in the database.
 */
export async function run(emit: (row: BenchRow) => void): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'switchhook-bench-'));
  const postgres = await startRealPostgres();
  const config = join(home, 'bench.yaml');
  writeFileSync(config, CONFIG);
  const bare = await startChild(['bench/support/bare-hono.ts']);
  const ours = await startChild(['src/start.mjs', 'serve', '--json'], {
    PORT: '0',
    DATA_DIR: join(home, 'data'),
    DATABASE_URL: postgres.url,
    CONFIG_FILE: config,
  });
  try {
    await measure(bare, WARM_UP_SECONDS);
    await measure(ours, WARM_UP_SECONDS);
    await settled(ours);
    const rounds: { bare: Round; ours: Round }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({ bare: await measure(bare, ROUND_SECONDS), ours: await measure(ours, ROUND_SECONDS) });
      await settled(ours);
    }
    const bareRate = median(rounds.map((one) => one.bare.perSecond));
    const ourRate = median(rounds.map((one) => one.ours.perSecond));
    emit({ bench: 'voice', case: 'bare hono, closed loop', value: Math.round(bareRate), unit: 'answers/s' });
    emit({
      bench: 'voice',
      case: 'webhook, closed loop, journal + Postgres',
      value: Math.round(ourRate),
      unit: 'answers/s',
      ratio: round(median(rounds.map((one) => one.ours.perSecond / one.bare.perSecond))),
      against: 'bare hono',
    });
    const bareCpu = median(rounds.map((one) => one.bare.cpuMicroseconds));
    const ourCpu = median(rounds.map((one) => one.ours.cpuMicroseconds));
    emit({ bench: 'voice', case: 'bare hono, processor time an answer', value: round(bareCpu), unit: 'µs' });
    emit({
      bench: 'voice',
      case: 'webhook, processor time an answer',
      value: round(ourCpu),
      unit: 'µs',
      ratio: round(bareCpu / ourCpu),
      against: 'bare hono',
    });

    const steady = await openLoop({
      port: ours.port,
      perSecond: OPEN_PER_SECOND,
      seconds: OPEN_SECONDS,
      request: requests(),
    });
    if (steady.failures > 0) throw new Error(`${steady.failures} answers were not 200`);
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
      ['p99.9', 0.999],
    ] as const) {
      emit({
        bench: 'voice',
        case: `open loop ${OPEN_PER_SECOND}/s, ${name}`,
        value: round(percentile(steady.latenciesMs, share)),
        unit: 'ms',
      });
    }
    await settled(ours);
    emit({ bench: 'voice', case: 'resident memory after the load', value: Math.round(ours.memoryMiB()), unit: 'MiB' });
  } finally {
    await ours.stop();
    await bare.stop();
    await postgres.dispose();
    rmSync(home, { recursive: true, force: true });
  }
}

interface Round {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

async function measure(child: Child, seconds: number): Promise<Round> {
  const cpuBefore = child.cpuSeconds();
  const result = await closedLoop({ port: child.port, connections: CONNECTIONS, seconds, request: requests() });
  if (result.failures > 0) throw new Error(`${result.failures} answers were not 200`);
  return {
    perSecond: result.answers / result.seconds,
    cpuMicroseconds: ((child.cpuSeconds() - cpuBefore) / result.answers) * 1e6,
  };
}

/** Waits until the journal is empty, so that one round does not pay for the one before. */
async function settled(child: Child): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${child.url}/metrics`)).text();
    if (/^switchhook_journal_pending_bytes 0$/m.test(metrics)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

let calls = 0;

/** Each request is a call of its own: its session token is patched into a prepared buffer. */
function requests(): RequestMaker {
  const token = '0'.repeat(32);
  const body = JSON.stringify({
    ApiVersion: '1',
    CallStatus: 'in-progress',
    From: '+12125550150',
    To: '+12125550101',
    CallSid: token,
    Session: token,
    Domain: 'bench.cloudonix.net',
    AccountSid: 'bench.cloudonix.net',
    Direction: 'inbound',
    CallerName: 'JANE DOE',
    SessionData: {
      id: 980001,
      domainId: 4101,
      domain: 'bench.cloudonix.net',
      token,
      status: 'NEW',
      profile: { 'inbound-trunk-id': 812 },
    },
  });
  const text = `POST /webhooks/cloudonix/voice HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer bench-requests-key\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const places = [...text.matchAll(new RegExp(token, 'g'))].map((match) => match.index);
  return () => {
    const bytes = Buffer.from(text, 'latin1');
    calls += 1;
    const unique =
      (Date.now() * 1000 + (calls % 1000)).toString(16).padStart(16, '0') + calls.toString(16).padStart(16, '0');
    for (const place of places) bytes.write(unique, place, 'latin1');
    return bytes;
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const CONFIG = `organization: { slug: bench, name: Bench, timezone: America/New_York }
cloudonix: { domain: bench.cloudonix.net, requestsApiKey: bench-requests-key, webhookToken: bench-webhook-token }
extensions:
${Array.from({ length: 50 }, (_, n) => `  - { number: "${101 + n}", name: Person ${n} }`).join('\n')}
numbers:
  - { number: "+12125550101", routeTo: ring_group:sales }
ringGroups:
  - { name: sales, timeoutSeconds: 20, members: ["101", "102", "103"] }
`;
