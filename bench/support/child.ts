import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Fixed at 100 on Linux, whatever the kernel's own rate. */
const CLOCK_TICKS_PER_SECOND = 100;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Child {
  readonly url: string;
  readonly port: number;
  /** From the start of the process until it said where it serves. */
  readonly startedInMs: number;
  /** Resident memory of the process now, in MiB (Linux). */
  memoryMiB(): number;
  /** Processor time used so far, in seconds (Linux): what a busy machine cannot distort. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Starts a file of this project, the program as users start it or one in TypeScript, that says `{"url": …}` on stdout once it serves. */
export async function startChild(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Child> {
  const started = performance.now();
  const child = spawn(process.execPath, [...(args[0]?.endsWith('.ts') ? ['--import', 'tsx'] : []), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await firstUrl(child);
  return {
    url,
    port: Number(new URL(url).port),
    startedInMs: performance.now() - started,
    memoryMiB: () => Number(/VmRSS:\s+([0-9]+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    cpuSeconds() {
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

function firstUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n').find((candidate) => candidate.startsWith('{'));
      if (line !== undefined && text.includes('\n')) resolve((JSON.parse(line) as { url: string }).url);
    });
    child.once('exit', (code) => reject(new Error(`the process ended with ${code} before it served`)));
  });
}
