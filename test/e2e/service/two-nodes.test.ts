import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkPorts, type Picture, startEmulation } from '../../../src/emulator/index.ts';
import { type RealPostgres, startRealPostgres } from '../../support/real-postgres.ts';
import { acmeConfig, allOf, eventually, type Service, startService } from '../../support/service.ts';

/*
 * Two processes on one Postgres behind a balancer: each document of a call may come from the other one, each callback too.
 * What the platform did is what the one call log holds.
 */

const RUN = 'dddddddddddddddd';
const CALLS = 200;

/** How fast it is depends on who else uses the machine; whether it is right does not. */
const wrong = ({ examples }: Picture) => examples.filter(({ kind }) => kind !== 'slow');

let postgres: RealPostgres;
let home: string;
const nodes: Service[] = [];

beforeAll(async () => {
  postgres = await startRealPostgres();
  home = mkdtempSync(join(tmpdir(), 'switchhook-nodes-'));
  for (const name of ['a', 'b']) {
    mkdirSync(join(home, name, 'data'), { recursive: true });
    nodes.push(
      await startService({
        config: acmeConfig(),
        dataDirectory: join(home, name, 'data'),
        env: { DATABASE_URL: postgres.url, SECRET_KEY: 'the same key on every node', LOG_LEVEL: 'warn' },
      }),
    );
  }
});
afterAll(async () => {
  for (const node of nodes) await node.stop();
  await postgres?.dispose();
  rmSync(home, { recursive: true, force: true });
});

describe('two nodes', () => {
  it('answer one call together, and keep one log of what happened', async () => {
    const [first, second] = nodes;
    if (first === undefined || second === undefined) throw new Error('the nodes did not start');
    const ended: string[] = [];
    const picture = await startEmulation({
      installation: {
        servers: [first.url, second.url],
        domain: 'acme.cloudonix.net',
        requestsApiKey: 'fixture-requests-key',
        webhookToken: 'fixture-webhook-token',
      },
      ports: networkPorts(),
      calls: CALLS,
      ratePerSecond: 100,
      concurrency: 100,
      speed: 300,
      disorder: true,
      duplicates: true,
      from: [],
      to: ['+16465550100', '+16465550101', '+16465550102', '+16465550107'],
      phones: ['101', '102'],
      seed: 7,
      runId: RUN,
      onCall: ({ token, disposition }) =>
        ended.push(
          `${token} ${disposition === 'CONNECTED' ? 'completed' : disposition === 'CANCEL' ? 'cancelled' : disposition}`,
        ),
    }).done;
    expect([wrong(picture), picture.ended]).toEqual([[], CALLS]);
    const log = await eventually(
      () => allOf<{ token: string; status: string; billableSeconds: number | null }>(second, '/calls'),
      (calls) => calls.length >= CALLS && calls.every(({ billableSeconds }) => billableSeconds !== null),
    );
    expect(log.map(({ token, status }) => `${token} ${status}`).sort()).toEqual(ended.sort());
  });
});
