import { loadavg } from 'node:os';
import { createSupervisor, openTransport } from '../src/modem/index.ts';
import { encodeSubmit } from '../src/modem/pdu/index.ts';
import { createSimulator, type ModemSimulator } from '../src/modem/simulator/index.ts';
import type { BenchRow } from './pdu.ts';
import { type Engine, startSmsService, until } from './support/sms-service.ts';

/** Enough for steady rates, few enough for a bench of minutes. */
const TEXTS = 200;
/** So many that what a young process still learns about its code is a small part of what they cost. */
const SENT_TEXTS = 500;
const FAST_TEXTS = 600;
const QUEUED_WITHIN_MS = 25_000;
const FLEET = 64;
const FLEET_TEXTS = 6;
const FLEET_AIR_MS = 2_000;

/**
 * How busy the service keeps a line, sending and receiving, against a driver that never waits and keeps nothing, on the
 * same kind of simulated modem in the same run; and what it costs in processor time, which a busy machine distorts less
 * than rates. The modem is in this process, the service in its own.
 */
export async function run(emit: (row: BenchRow) => void): Promise<void> {
  const row = (name: string, value: number, unit: string, against?: number) =>
    emit({
      bench: 'sms',
      case: name,
      value: Math.round(value * 100) / 100,
      unit,
      ...(against === undefined ? {} : { ratio: Math.round((value / against) * 1000) / 1000, against: 'bare driver' }),
    });
  row('load of the machine at the start', loadavg()[0] ?? Number.NaN, 'runnable');
  const only = process.env.BENCH_SMS?.split(',') ?? ['send50', 'send0', 'receive0', 'receive50', 'fleet'];
  const engines: readonly Engine[] = ['Postgres', 'embedded'];

  if (only.includes('send50')) {
    const bare = await bareDriver(50, SENT_TEXTS);
    row('bare driver, 50 ms a submit', bare, 'slices/s');
    for (const engine of engines) {
      const sent = await send(engine, 50, SENT_TEXTS, { statusReport: false });
      row(`sent through ${engine}, 50 ms a submit`, sent.rate, 'slices/s', bare);
      row(`sent through ${engine}, 50 ms a submit, processor`, sent.cpuPerThousand, 's/1000');
      const reported = await send(engine, 50, SENT_TEXTS, { statusReport: true });
      row(`the same with delivery reports, ${engine}`, reported.rate, 'slices/s', bare);
      row(`the same with delivery reports, ${engine}, processor`, reported.cpuPerThousand, 's/1000');
    }
  }
  if (only.includes('send0')) {
    const bare = await bareDriver(0, FAST_TEXTS);
    row('bare driver, no latency', bare, 'slices/s');
    for (const engine of engines) {
      const sent = await send(engine, 0, FAST_TEXTS, { statusReport: false });
      row(`sent through ${engine}, no latency`, sent.rate, 'slices/s', bare);
      row(`sent through ${engine}, no latency, processor`, sent.cpuPerThousand, 's/1000');
    }
  }
  for (const [name, latencyMs, count] of [
    ['receive0', 0, 2_000],
    ['receive50', 50, TEXTS],
  ] as const) {
    if (!only.includes(name)) continue;
    const bare = await bareReceiver(latencyMs, count);
    row(`received by the bare driver, ${latencyMs} ms a message`, bare, 'messages/s');
    for (const engine of engines) {
      const received = await receive(engine, latencyMs, count);
      row(`received through ${engine}, ${latencyMs} ms a message`, received.rate, 'messages/s', bare);
      row(`received through ${engine}, ${latencyMs} ms a message, processor`, received.cpuPerThousand, 's/1000');
    }
  }
  if (only.includes('fleet')) {
    const fleet = await runFleet();
    row(`${FLEET} modems in one process, ${FLEET_AIR_MS} ms a submit: use of the worst line`, fleet.worst * 100, '%');
    row(`${FLEET} modems in one process, ${FLEET_AIR_MS} ms a submit: use of all lines`, fleet.mean * 100, '%');
    row(`${FLEET} modems in one process: processor`, fleet.cores, 'cores');
  }
}

interface Measured {
  readonly rate: number;
  readonly cpuPerThousand: number;
}

/** From the first slice the network took to the last, so that starting and ending do not count. */
function rateOf(simulator: ModemSimulator): number {
  const first = simulator.submitted[0]?.at.getTime() ?? 0;
  const last = simulator.submitted.at(-1)?.at.getTime() ?? 0;
  return (simulator.submitted.length - 1) / ((last - first) / 1000);
}

async function bareDriver(airMs: number, count: number): Promise<number> {
  const simulator = newSimulator(airMs);
  const listener = await simulator.listenTcp();
  const modem = supervise(listener.port, async () => {});
  await modem.whenReady();
  const [slice] = encodeSubmit({ to: '+12125550150', text: 'Text 150', statusReport: false }).slices;
  if (slice === undefined) throw new Error('a text has a slice');
  for (let n = 0; n < count; n += 1) {
    const outcome = await modem.submit(slice);
    if (outcome.kind !== 'sent') throw new Error(outcome.error.text);
  }
  await modem.close();
  await listener.close();
  return rateOf(simulator);
}

async function send(
  engine: Engine,
  airMs: number,
  count: number,
  more: Readonly<Record<string, unknown>>,
): Promise<Measured> {
  const simulator = newSimulator(airMs);
  const listener = await simulator.listenTcp();
  const service = await startSmsService(engine, [listener.port]);
  try {
    await service.queue(count, QUEUED_WITHIN_MS, more);
    await until(() => simulator.submitted.length > 0);
    const before = service.child.cpuSeconds();
    await until(() => simulator.submitted.length === count);
    const wanted = more.statusReport === true ? 'delivered' : 'sent';
    await settled(airMs);
    const cpuPerThousand = ((service.child.cpuSeconds() - before) / count) * 1000;
    await until(async () => (await countOf(service, wanted)) === count, 250);
    return { rate: rateOf(simulator), cpuPerThousand };
  } finally {
    await service.stop();
    await listener.close();
  }
}

/** The last outcome and its report are stored some turns later; asking the service for it would cost it more than they. */
function settled(airMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 500 + 2 * airMs));
}

async function countOf(service: { request(method: string, path: string): Promise<unknown> }, status: string) {
  const { items } = (await service.request('GET', `/messages?status=${status}&limit=1000`)) as { items: unknown[] };
  return items.length;
}

/** What a driver can take off the SIM that commits nothing. */
async function bareReceiver(latencyMs: number, count: number): Promise<number> {
  const simulator = newReceiver(latencyMs);
  const listener = await simulator.listenTcp();
  let kept = 0;
  const modem = supervise(listener.port, async () => {
    kept += 1;
  });
  await modem.whenReady();
  const started = performance.now();
  flood(simulator, count);
  await until(() => kept === count && simulator.stored.length === 0);
  const rate = count / ((performance.now() - started) / 1000);
  await modem.close();
  await listener.close();
  return rate;
}

async function receive(engine: Engine, latencyMs: number, count: number): Promise<Measured> {
  const simulator = newReceiver(latencyMs);
  const listener = await simulator.listenTcp();
  const service = await startSmsService(engine, [listener.port]);
  try {
    await until(async () => {
      const { items } = (await service.request('GET', '/modems')) as { items: { state: string }[] };
      return items[0]?.state === 'ready';
    });
    const before = service.child.cpuSeconds();
    const started = performance.now();
    flood(simulator, count);
    let last = 0;
    await until(() => {
      last = performance.now();
      return simulator.stored.length === 0;
    });
    const rate = count / ((last - started) / 1000);
    const cpuPerThousand = ((service.child.cpuSeconds() - before) / count) * 1000;
    await until(async () => (await countOf(service, 'received')) === Math.min(count, 1_000));
    return { rate, cpuPerThousand };
  } finally {
    await service.stop();
    await listener.close();
  }
}

function flood(simulator: ModemSimulator, count: number): void {
  for (let n = 0; n < count; n += 1) simulator.receive({ from: '+12125550150', text: `Inbound ${n}` });
}

async function runFleet(): Promise<{ readonly worst: number; readonly mean: number; readonly cores: number }> {
  const simulators = Array.from({ length: FLEET }, (_, index) => newSimulator(FLEET_AIR_MS, index));
  const listeners = await Promise.all(simulators.map((simulator) => simulator.listenTcp()));
  const service = await startSmsService(
    'Postgres',
    listeners.map(({ port }) => port),
  );
  try {
    await service.queue(FLEET * FLEET_TEXTS, 40_000, { statusReport: false });
    await until(() => simulators.every((simulator) => simulator.submitted.length > 0));
    const [before, started] = [service.child.cpuSeconds(), performance.now()];
    await until(() => sumOf(simulators) === FLEET * FLEET_TEXTS);
    const seconds = (performance.now() - started) / 1000;
    const uses = simulators
      .filter(({ submitted }) => submitted.length > 2)
      .map((each) => rateOf(each) * (FLEET_AIR_MS / 1000));
    return {
      worst: Math.min(...uses),
      mean: uses.reduce((sum, use) => sum + use, 0) / uses.length,
      cores: (service.child.cpuSeconds() - before) / seconds,
    };
  } finally {
    await service.stop();
    for (const listener of listeners) await listener.close();
  }
}

const sumOf = (simulators: readonly ModemSimulator[]) =>
  simulators.reduce((sum, { submitted }) => sum + submitted.length, 0);

function supervise(port: number, onStored: () => Promise<void>) {
  return createSupervisor({
    name: 'bench',
    path: `tcp://127.0.0.1:${port}`,
    open: () => openTransport(`tcp://127.0.0.1:${port}`, {}),
    handlers: { onStored, onRouted: async () => {} },
    pinMemory: { isKnownBad: async () => false, markBad: async () => {} },
  });
}

function newSimulator(submitDelayMs: number, index = 0): ModemSimulator {
  const serial = String(index).padStart(4, '0');
  return createSimulator({
    number: `+1555000${serial}`,
    imei: `86000000001${serial}`,
    imsi: `00101000001${serial}`,
    submitDelayMs,
  });
}

/** Deleting takes the time, so each message costs it once. */
function newReceiver(latencyMs: number): ModemSimulator {
  const simulator = newSimulator(0);
  if (latencyMs > 0) {
    simulator.inject({ command: /CMGD/, fault: { kind: 'delay', delayMs: latencyMs }, times: Number.MAX_SAFE_INTEGER });
  }
  return simulator;
}
