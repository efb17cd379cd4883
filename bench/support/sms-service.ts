import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealPostgres } from '../../test/support/real-postgres.ts';
import { type Child, startChild } from './child.ts';

const KEY = 'bench-api-key-0123456789';

export type Engine = 'embedded' | 'Postgres';

/** The whole service as its own process, with modems at these TCP ports of this machine. */
export interface SmsService {
  readonly child: Child;
  request(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Queues texts that fall due together, so that what is measured is not how fast the API takes them. */
  queue(count: number, dueInMs: number, more?: Readonly<Record<string, unknown>>): Promise<void>;
  /** One text to the numbers of a CSV that is sent piece by piece; calls back with each line of progress. */
  broadcast(pieces: Iterable<string>, body: string, onProgress: () => void): Promise<void>;
  stop(): Promise<void>;
}

export async function startSmsService(engine: Engine, ports: readonly number[]): Promise<SmsService> {
  const home = mkdtempSync(join(tmpdir(), 'switchhook-bench-'));
  const config = join(home, 'bench.yaml');
  const modems = ports.map((port, index) => `  - { name: m${index + 1}, path: "tcp://127.0.0.1:${port}" }\n`).join('');
  writeFileSync(config, `organization: { slug: bench, name: Bench, timezone: UTC }\nmodems:\n${modems}`);
  const postgres = engine === 'Postgres' ? await startRealPostgres() : undefined;
  const child = await startChild(['src/start.mjs', 'serve', '--json'], {
    PORT: '0',
    DATA_DIR: join(home, 'data'),
    CONFIG_FILE: config,
    BOOTSTRAP_API_KEY: KEY,
    ...(postgres === undefined ? {} : { DATABASE_URL: postgres.url }),
  });
  const request = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${child.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    child,
    request,
    async queue(count, dueInMs, more = {}) {
      const scheduleAt = new Date(Date.now() + dueInMs).toISOString();
      let next = 0;
      const worker = async () => {
        while (next < count) {
          const to = `+1212555${String(1000 + (next % 9000)).padStart(4, '0')}`;
          next += 1;
          await request('POST', '/messages', { to, body: `Text ${next}`, scheduleAt, ...more });
        }
      };
      await Promise.all(Array.from({ length: 8 }, worker));
      if (Date.now() > Date.parse(scheduleAt)) throw new Error('the texts fell due while they were queued');
    },
    async broadcast(pieces, body, onProgress) {
      const response = await fetch(`${child.url}/api/v1/broadcasts?${new URLSearchParams({ body })}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'text/csv', accept: 'application/x-ndjson' },
        body: ReadableStream.from(bytesOf(pieces)),
        duplex: 'half',
      } as RequestInit);
      let last = '';
      for await (const text of (response.body ?? ReadableStream.from([])).pipeThrough(new TextDecoderStream())) {
        const lines = (last + text).split('\n');
        last = lines.pop() ?? '';
        for (const line of lines) {
          onProgress();
          if (line.includes('"interrupted"')) throw new Error(`the broadcast was interrupted: ${line}`);
        }
      }
      if (!response.ok) throw new Error(`the broadcast was answered ${response.status}: ${last}`);
    },
    async stop() {
      await child.stop();
      await postgres?.dispose();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Looks every so often until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>, pauseMs = 20): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, pauseMs));
}

function* bytesOf(pieces: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const piece of pieces) yield encoder.encode(piece);
}
