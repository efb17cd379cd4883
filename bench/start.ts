import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealPostgres } from '../test/support/real-postgres.ts';
import type { BenchRow } from './pdu.ts';
import { type Child, startChild } from './support/child.ts';

const ROUNDS = 5;
/** Long enough for the start's garbage to be collected; an idle process is what an operator sees in `top`. */
const IDLE_MS = 30_000;

/**
 * From starting the process to the first answered call, with an embedded database that exists, against a process that only
 * starts hono; and what an idle service holds in memory, embedded and with Postgres.
 */
export async function run(emit: (row: BenchRow) => void): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'switchhook-bench-'));
  const embedded = { PORT: '0', DATA_DIR: join(home, 'embedded') };
  const created = await startChild(SERVE, embedded);
  emit({
    bench: 'start',
    case: 'first start, making the embedded database',
    value: seconds(created.startedInMs),
    unit: 's',
  });
  await created.stop();

  const starts: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    const child = await startChild(SERVE, embedded);
    await answerCall(child);
    starts.push(performance.now() - began);
    await child.stop();
    const yardstick = await startChild(['bench/support/bare-hono.ts']);
    bare.push(yardstick.startedInMs);
    await yardstick.stop();
  }
  emit({
    bench: 'start',
    case: 'cold start to the first answered call, embedded',
    value: seconds(median(starts)),
    unit: 's',
  });
  emit({ bench: 'start', case: 'cold start of bare hono', value: seconds(median(bare)), unit: 's' });

  emit(await idleMemory('embedded', embedded));
  const postgres = await startRealPostgres();
  emit(
    await idleMemory('with DATABASE_URL', { PORT: '0', DATA_DIR: join(home, 'server'), DATABASE_URL: postgres.url }),
  );
  await postgres.dispose();
  rmSync(home, { recursive: true, force: true });
}

const SERVE = ['src/start.mjs', 'serve', '--json'];

async function idleMemory(name: string, env: Readonly<Record<string, string>>): Promise<BenchRow> {
  const child = await startChild(SERVE, env);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const value = Math.round(child.memoryMiB());
  await child.stop();
  return { bench: 'start', case: `idle memory, ${name}`, value, unit: 'MiB' };
}

/** The demo organization's own number, as Cloudonix would ask. */
async function answerCall(child: Child): Promise<void> {
  const response = await fetch(`${child.url}/webhooks/cloudonix/voice`, {
    method: 'POST',
    headers: { authorization: 'Bearer demo-requests-key', 'content-type': 'application/json' },
    body: JSON.stringify({
      CallSid: 'bench',
      Session: 'bench',
      Domain: 'demo.cloudonix.net',
      Direction: 'inbound',
      From: '+12125550150',
      To: '+12125550101',
    }),
  });
  const text = await response.text();
  if (response.status !== 200 || !text.includes('<Dial'))
    throw new Error(`the first call was answered ${response.status}`);
}

function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
