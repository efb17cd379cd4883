import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { setImmediate as turn } from 'node:timers/promises';
import {
  compileInSteps,
  createMemoryCounters,
  DigitTable,
  decide,
  type Facts,
  type PlanDocument,
  planDocumentSchema,
  type RoutingPlan,
  type VoiceEvent,
} from '../src/routing/index.ts';
import { inTurns } from '../src/voice/plan/in-turns.ts';
import type { BenchRow } from './pdu.ts';
import { percentile } from './support/http-load.ts';

const NUMBERS = 10_000;
const ENTRIES = 1_000_000;
const DECISIONS = 200_000;
const MIB = 1024 * 1024;

/**
 * What one decision costs in process with a million blacklist entries and ten thousand numbers, what it takes to get there,
 * how long that keeps callers waiting at most, and the memory.
 */
export async function run(emit: (row: BenchRow) => void): Promise<void> {
  const measured = (name: string, value: number, unit: string) =>
    emit({ bench: 'decide', case: name, value: round(value), unit });

  const document = bigDocument();
  const before = await heapBytes();
  const compiled = await timed(() => inTurns(compileInSteps(document)));
  const plan = compiled.result;
  measured('compile 10,000 numbers and 1,000,000 entries of the plan', compiled.seconds, 's');
  measured('compile, processor time', compiled.cpuSeconds, 's');
  measured('longest stop of the event loop meanwhile', compiled.longestStopMs, 'ms');
  measured('longest stop of the event loop meanwhile, processor time', compiled.longestWorkMs, 'ms');

  const table = new DigitTable();
  const loaded = await timed(async () => {
    for (let index = 0; index < ENTRIES; index += 1) {
      table.set(listedNumber(index), false);
      if (index % 500 === 499) await turn();
    }
  });
  measured('put 1,000,000 numbers of a long list into memory', loaded.seconds, 's');
  measured('longest stop of the event loop meanwhile, long list', loaded.longestStopMs, 'ms');
  measured('longest stop of the event loop meanwhile, long list, processor time', loaded.longestWorkMs, 'ms');
  measured('memory of 1,000,000 numbers of a long list', table.bytes / MIB, 'MiB');
  measured('memory of 1,000,000 entries of the plan', plan.blacklist.block.table.bytes / MIB, 'MiB');
  measured('memory of plan and long list together', ((await heapBytes()) - before) / MIB, 'MiB');

  for (const [name, events] of Object.entries(callers())) {
    const times = decideAll(plan, events, { blockLists: { of: () => table } });
    measured(`decide, ${name}, p50`, percentile(times, 0.5), 'µs');
    measured(`decide, ${name}, p99`, percentile(times, 0.99), 'µs');
    measured(`decide, ${name}, p99.9`, percentile(times, 0.999), 'µs');
  }
}

/** Microseconds of each decision, sorted. What is decided is checked, so that none can be skipped. */
function decideAll(plan: RoutingPlan, events: readonly VoiceEvent[], lists: Pick<Facts, 'blockLists'>): number[] {
  const shared = createMemoryCounters();
  const now = new Date('2026-11-18T17:00:00Z');
  const times: number[] = [];
  let steps = 0;
  for (let index = 0; index < DECISIONS; index += 1) {
    const event = events[index % events.length] as VoiceEvent;
    const counters: Record<string, number> = {};
    const startedAt = performance.now();
    let decision = decide(plan, event, undefined, { now, random: 0.5, counters, ...lists });
    while (decision.kind === 'ask') {
      for (const question of decision.counters) counters[question.key] = shared.answer('', question, 0);
      decision = decide(plan, event, undefined, { now, random: 0.5, counters, ...lists });
    }
    times.push((performance.now() - startedAt) * 1000);
    steps += decision.steps.length;
  }
  if (steps < DECISIONS) throw new Error('some decisions had no steps');
  return times.sort((left, right) => left - right);
}

function callers(): Readonly<Record<string, readonly VoiceEvent[]>> {
  const call = (from: string, index: number): VoiceEvent => ({
    callToken: '00112233445566778899aabbccddeeff',
    from,
    to: number(index),
    direction: 'inbound',
    overTrunk: true,
  });
  const many = (from: (index: number) => string) =>
    Array.from({ length: 5_000 }, (_, index) => call(from(index), index * 2));
  return {
    'let in': many((index) => `+1646${String(7_000_000 + index)}`),
    'blocked by the plan': many((index) => plannedNumber(index * 100)),
    'blocked by a long list': many((index) => `+${listedNumber(index * 100)}`),
    'national spelling': many((index) => `646${String(7_000_000 + index)}`),
  };
}

function bigDocument(): PlanDocument {
  const parsed = planDocumentSchema.parse({
    organization: { slug: 'bench', name: 'Bench', timezone: 'America/New_York' },
    extensions: Array.from({ length: 200 }, (_, index) => ({ number: String(100 + index) })),
    ringGroups: [{ name: 'sales', strategy: 'round_robin', members: ['100', '101', '102'] }],
    ivrMenus: [{ name: 'main', greeting: { say: 'Hello.' }, options: [{ key: '1', to: 'ring_group:sales' }] }],
    businessHours: [{ name: 'office', weekly: { wednesday: ['09:00-17:00'] }, open: 'ivr_menu:main' }],
    numbers: Array.from({ length: NUMBERS }, (_, index) => ({
      number: number(index),
      routeTo: ['extension:100', 'ring_group:sales', 'ivr_menu:main', 'business_hours:office'][index % 4] ?? '',
    })),
    blockLists: [{ name: 'long', action: 'drop' }],
    outboundWhitelist: [{ prefix: '+1', trunk: 'carrier' }],
  });
  const inboundBlacklist = Array.from({ length: ENTRIES }, (_, index): PlanDocument['inboundBlacklist'][number] => ({
    pattern: plannedNumber(index),
    match: index % 10 === 0 ? 'prefix' : 'exact',
    action: 'reject',
    reason: 'nuisance',
    status: 'active',
  }));
  // As a server reads it: from text. Strings that are put together here are made whole by whoever reads them first, which
  // would be the compiling that is measured.
  return JSON.parse(JSON.stringify({ ...parsed, inboundBlacklist }));
}

function number(index: number): string {
  return `+1212${String(5_000_000 + (index % NUMBERS))}`;
}

function plannedNumber(index: number): string {
  return `+1900${String(1_000_000 + index)}`;
}

function listedNumber(index: number): string {
  return `4490${String(10_000_000 + index * 7)}`;
}

interface Timed<Result> {
  readonly result: Result;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** By the wall: what a caller would wait, and what a busy machine adds. */
  readonly longestStopMs: number;
  /** By processor time between two turns of the event loop: what a busy machine cannot add to. */
  readonly longestWorkMs: number;
}

async function timed<Result>(work: () => Promise<Result>): Promise<Timed<Result>> {
  let isRunning = true;
  let longestStopMs = 0;
  let longestWorkMs = 0;
  const watch = (async () => {
    let lastAt = performance.now();
    let lastCpu = cpuMs();
    while (isRunning) {
      await turn();
      const at = performance.now();
      const cpu = cpuMs();
      longestStopMs = Math.max(longestStopMs, at - lastAt);
      longestWorkMs = Math.max(longestWorkMs, cpu - lastCpu);
      lastAt = at;
      lastCpu = cpu;
    }
  })();
  const startedAt = performance.now();
  const startedCpu = cpuMs();
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuSeconds = (cpuMs() - startedCpu) / 1000;
  isRunning = false;
  await watch;
  return { result, seconds, cpuSeconds, longestStopMs, longestWorkMs };
}

/** Processor time of the main thread (Linux); of the whole process where that cannot be had. */
function cpuMs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}

/** Memory in use after a collection, typed arrays included. */
async function heapBytes(): Promise<number> {
  const session = new Session();
  session.connect();
  await new Promise<void>((resolve) => session.post('HeapProfiler.collectGarbage', () => resolve()));
  session.disconnect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
