import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSupervisor, openTransport } from '../src/modem/index.ts';
import { encodeSubmit } from '../src/modem/pdu/index.ts';
import { createSimulator, type ModemSimulator } from '../src/modem/simulator/index.ts';
import { startRealPostgres } from '../test/support/real-postgres.ts';
import type { BenchRow } from './pdu.ts';
import { startChild } from './support/child.ts';

const TEXTS = 150;
const KEY = 'bench-api-key-0123456789';

/**
 * Slices a second through the whole service (API, real Postgres, outbox, reports) over a modem that answers at once, against
 * the bare driver on the same kind of modem. A real network takes a slice in 1 to 6 s (reference/gsm-sms.md rule 11), so
 * the figure that matters is how little the service adds to a slice.
 */
export async function run(emit: (row: BenchRow) => void): Promise<void> {
  const bare = await bareDriver();
  emit({ bench: 'sms', case: 'bare driver', value: Math.round(bare), unit: 'slices/s' });
  const whole = await wholeService();
  emit({
    bench: 'sms',
    case: 'service with Postgres, sent and delivered',
    value: Math.round(whole),
    unit: 'slices/s',
    ratio: Math.round((whole / bare) * 100) / 100,
    against: 'bare driver',
  });
  emit({
    bench: 'sms',
    case: 'what the service adds to a slice',
    value: Math.round(1000 / whole - 1000 / bare),
    unit: 'ms',
  });
}

async function bareDriver(): Promise<number> {
  const simulator = newSimulator();
  const { port, close } = await simulator.listenTcp();
  const modem = createSupervisor({
    name: 'bench',
    path: `tcp://127.0.0.1:${port}`,
    open: () => openTransport(`tcp://127.0.0.1:${port}`, {}),
    handlers: { onStored: async () => {}, onRouted: async () => {} },
    pinMemory: { isKnownBad: async () => false, markBad: async () => {} },
  });
  await modem.whenReady();
  const [slice] = encodeSubmit({ to: '+12125550150', text: 'How fast is a slice?', statusReport: true }).slices;
  if (slice === undefined) throw new Error('a text has a slice');
  const started = performance.now();
  for (let n = 0; n < TEXTS; n += 1) {
    const outcome = await modem.submit(slice);
    if (outcome.kind !== 'sent') throw new Error(outcome.error.text);
  }
  const rate = TEXTS / ((performance.now() - started) / 1000);
  await modem.close();
  await close();
  return rate;
}

async function wholeService(): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'switchhook-bench-'));
  const simulator = newSimulator();
  const { port, close } = await simulator.listenTcp();
  const config = join(home, 'bench.yaml');
  writeFileSync(
    config,
    `organization: { slug: bench, name: Bench, timezone: UTC }\nmodems:\n  - { name: m1, path: "tcp://127.0.0.1:${port}" }\n`,
  );
  const postgres = await startRealPostgres();
  const service = await startChild(['src/node.ts', 'serve', '--json'], {
    PORT: '0',
    DATA_DIR: join(home, 'data'),
    DATABASE_URL: postgres.url,
    CONFIG_FILE: config,
    BOOTSTRAP_API_KEY: KEY,
  });
  try {
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
    const started = performance.now();
    const accepted = Array.from({ length: TEXTS }, async (_, n) => {
      const body = JSON.stringify({ to: `+1212555${String(1000 + n)}`, body: 'How fast is a slice?' });
      const response = await fetch(`${service.url}/api/v1/messages`, { method: 'POST', headers, body });
      if (response.status !== 202) throw new Error(`a text was answered ${response.status}`);
    });
    await Promise.all(accepted);
    for (;;) {
      const response = await fetch(`${service.url}/api/v1/messages?status=delivered&limit=1000`, { headers });
      const { items } = (await response.json()) as { items: readonly unknown[] };
      if (items.length === TEXTS) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return TEXTS / ((performance.now() - started) / 1000);
  } finally {
    await service.stop();
    await postgres.dispose();
    await close();
    rmSync(home, { recursive: true, force: true });
  }
}

function newSimulator(): ModemSimulator {
  return createSimulator({ number: '+15550001111', imei: '860000000010001', imsi: '001010000010001' });
}
