import { loadavg } from 'node:os';
import type { BenchRow } from './pdu.ts';
import { type Engine, startSmsService } from './support/sms-service.ts';

const RECIPIENTS = 100_000;
const LINES_A_PIECE = 1_000;
/** Nobody listens there: what is measured is the taking over, not the sending. */
const DEAD_PORTS = [1, 2];

/** One text to a hundred thousand numbers: how long until all are accepted, what it costs, and whether memory grows. */
export async function run(emit: (row: BenchRow) => void): Promise<void> {
  const row = (name: string, value: number, unit: string) =>
    emit({ bench: 'sms-broadcast', case: name, value: Math.round(value * 100) / 100, unit });
  row('load of the machine at the start', loadavg()[0] ?? Number.NaN, 'runnable');
  for (const engine of ['Postgres', 'embedded'] satisfies readonly Engine[]) {
    if (process.env.BENCH_ENGINE !== undefined && process.env.BENCH_ENGINE !== engine) continue;
    const service = await startSmsService(engine, DEAD_PORTS);
    try {
      await service.broadcast(numbers(0, 2_000), 'Warming up.', () => {});
      const memory: number[] = [];
      const [before, started] = [service.child.cpuSeconds(), performance.now()];
      let steps = 0;
      await service.broadcast(numbers(2_000, RECIPIENTS), 'No water on Monday from 8 to 10.', () => {
        steps += 1;
        memory.push(service.child.memoryMiB());
      });
      row(`${RECIPIENTS} recipients, ${engine}`, (performance.now() - started) / 1000, 's');
      row(`${RECIPIENTS} recipients, ${engine}, processor of the service`, service.child.cpuSeconds() - before, 's');
      row(`${RECIPIENTS} recipients, ${engine}, words of progress`, steps, 'lines');
      const half = memory.length / 2;
      row(`${RECIPIENTS} recipients, ${engine}, memory in the first half`, Math.max(...memory.slice(0, half)), 'MiB');
      row(`${RECIPIENTS} recipients, ${engine}, memory in the second half`, Math.max(...memory.slice(half)), 'MiB');
    } finally {
      await service.stop();
    }
  }
}

function* numbers(first: number, count: number): Generator<string> {
  yield 'to\n';
  for (let from = first; from < first + count; from += LINES_A_PIECE) {
    const lines = Math.min(LINES_A_PIECE, first + count - from);
    yield Array.from({ length: lines }, (_, index) => `+4479${String(from + index).padStart(8, '0')}\n`).join('');
  }
}
