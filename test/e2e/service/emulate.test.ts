import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type EmulatedCall,
  type EmulationOptions,
  networkPorts,
  type Picture,
  problemCount,
  startEmulation,
} from '../../../src/emulator/index.ts';
import { acmeConfig, allOf, eventually, runCli, type Service, startService } from '../../support/service.ts';

/* Cloudonix played towards the real service: what the emulator did is what the call log holds. */

interface Call {
  readonly token: string;
  readonly status: string;
  readonly from: string;
  readonly to: string;
  readonly direction: string;
  readonly endedAt: string | null;
  readonly billableSeconds: number | null;
}

const STATUS: Readonly<Record<string, string>> = {
  CONNECTED: 'completed',
  NOANSWER: 'no_answer',
  BUSY: 'busy',
  CANCEL: 'cancelled',
  CONGESTION: 'failed',
  FAILED: 'failed',
};

const NUMBERS = ['100', '101', '102', '103', '104', '105', '107'].map((tail) => `+16465550${tail}`);

/** How fast it is depends on who else uses the machine; whether it is right does not. */
const wrong = ({ examples }: Picture) => examples.filter(({ kind }) => kind !== 'slow');

let service: Service;
beforeAll(async () => {
  service = await startService({
    config: acmeConfig(),
    env: { LOG_LEVEL: 'warn', PUBLIC_URL: 'https://pbx.example.com' },
  });
});
afterAll(() => service?.stop());

async function emulated(facts: Partial<EmulationOptions>) {
  const calls: EmulatedCall[] = [];
  const emulation = startEmulation({
    installation: {
      servers: [service.url],
      domain: 'acme.cloudonix.net',
      requestsApiKey: 'fixture-requests-key',
      webhookToken: 'fixture-webhook-token',
    },
    ports: networkPorts(),
    calls: 50,
    ratePerSecond: 200,
    concurrency: 200,
    speed: 200,
    disorder: false,
    duplicates: false,
    from: [],
    to: NUMBERS,
    phones: ['101', '102'],
    seed: 20260106,
    runId: facts.runId ?? '0000000000000001',
    onCall: (call) => calls.push(call),
    ...facts,
  });
  return { picture: await emulation.done, calls };
}

/**
 * The call log of one run, once every call of it has its CDR. Asks for one CDR at a time until the journal is stored: reading
 * the whole log again and again would keep the service from storing it.
 */
async function logOf(runId: string, calls: readonly EmulatedCall[]): Promise<Call[]> {
  for (const { token } of calls) {
    await eventually(
      () => service.api<{ items: readonly unknown[] }>('GET', `/cdrs?token=${token}`),
      ({ body }) => body.items.length > 0,
    );
  }
  return (await allOf<Call>(service, '/calls')).filter((call) => call.token.startsWith(runId));
}

describe('hundreds of calls', () => {
  it('in disorder and with repeats leave exactly these calls in the log, each as it ended', async () => {
    const runId = 'aaaaaaaaaaaaaaaa';
    const { picture, calls } = await emulated({ runId, calls: 200, disorder: true, duplicates: true });
    expect([wrong(picture), picture.ended]).toEqual([[], 200]);
    const log = await logOf(runId, calls);
    const told = (call: { token: string; from: string; to: string; direction: string }, status: string) =>
      `${call.token} ${call.direction} ${call.from} ${call.to} ${status}`;
    expect(log.map((call) => told(call, call.status)).sort()).toEqual(
      calls.map((call) => told(call, STATUS[call.disposition] ?? '?')).sort(),
    );
    expect(log.every(({ endedAt }) => endedAt !== null)).toBe(true);
    const cdrs = await allOf<{ token: string }>(service, '/cdrs');
    expect(cdrs.filter(({ token }) => token.startsWith(runId))).toHaveLength(200);
    // Not all of one kind: a log that says "completed" of everything must not pass.
    expect(Object.keys(picture.dispositions).length).toBeGreaterThan(1);
  }, 300_000);

  it('billed seconds are those of the platform', async () => {
    const runId = 'bbbbbbbbbbbbbbbb';
    const { calls } = await emulated({ runId, calls: 40, speed: 40 });
    const log = new Map((await logOf(runId, calls)).map((call) => [call.token, call.billableSeconds]));
    for (const { token, answeredAt, endedAt } of calls) {
      expect(log.get(token)).toBe(answeredAt === undefined ? 0 : Math.ceil((endedAt - answeredAt) / 1000));
    }
  });

  it('a run that is stopped ends its calls and leaves none open', async () => {
    const runId = 'cccccccccccccccc';
    const stop = new AbortController();
    const running = emulated({ runId, calls: Number.POSITIVE_INFINITY, speed: 1, signal: stop.signal });
    await eventually(
      async () => (await allOf<Call>(service, '/calls')).filter(({ token }) => token.startsWith(runId)),
      (calls) => calls.length >= 20,
    );
    stop.abort();
    const { picture, calls: ended } = await running;
    expect([picture.active, wrong(picture)]).toEqual([0, []]);
    const log = await logOf(runId, ended);
    expect(log).toHaveLength(picture.ended);
  });
});

describe('the command', () => {
  const config = () => join(service.dataDirectory, '..', 'organization.yaml');

  it('ends with 0 when every answer was right, and says what it saw', async () => {
    const { status, stdout } = await runCli([
      'emulate',
      ...['--server', service.url, '--config', config(), '--calls', '20', '--rate', '100', '--speed', 'max', '--json'],
    ]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([status, lines.length, lines.at(-1)]).toEqual([
      0,
      21,
      expect.objectContaining({ summary: true, ended: 20 }),
    ]);
  });

  it('finds the organization of this machine by itself', async () => {
    const { status, stdout } = await runCli(
      ['emulate', '--server', service.url, '--calls', '3', '--speed', 'max', '--to', '+16465550104'],
      { DATA_DIR: service.dataDirectory },
    );
    expect([status, stdout]).toEqual([0, expect.stringContaining('3 of 3 calls ended')]);
  });

  it.each([
    [
      'a document that is no CXML',
      { status: 200, type: 'application/xml', body: '<Response><Answer/></Response>' },
      'invalid',
    ],
    ['a broken document', { status: 200, type: 'application/xml', body: '<Response>' }, 'unreadable'],
    ['JSON', { status: 200, type: 'application/json', body: '{}' }, 'unreadable'],
    ['a server error', { status: 500, type: 'text/plain', body: 'oops' }, 'status'],
    [
      'a call that never ends',
      {
        status: 200,
        type: 'application/xml',
        body: '<Response><Redirect>/webhooks/cloudonix/voice</Redirect></Response>',
      },
      'endless',
    ],
  ])('ends with 1 for %s', async (_, answer, expected) => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(answer.status, { 'content-type': answer.type });
      response.end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { status, stdout } = await runCli([
      'emulate',
      ...['--server', url, '--config', config(), '--calls', '2', '--speed', 'max', '--json'],
    ]);
    await new Promise((resolve) => server.close(resolve));
    const summary = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Parameters<typeof problemCount>[0];
    expect([status, Object.keys(summary.problems)]).toEqual([1, expect.arrayContaining([expected])]);
    expect(problemCount(summary)).toBeGreaterThan(0);
  });

  it('says what is wrong with an option', async () => {
    const { status, stderr } = await runCli(['emulate', '--config', config(), '--calls', 'many']);
    expect([status, stderr]).toEqual([1, expect.stringContaining('--calls wants a whole number')]);
  });
});
