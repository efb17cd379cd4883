import { messageOf } from '../core/errors.ts';
import type { Log } from './log.ts';

/** Closes what was opened, last opened first. */
export interface Shutdown {
  /** Remembers how to close something. Names appear in the log when closing fails or takes too long. */
  add(name: string, close: () => unknown): void;
  /** Closes everything once; later calls wait for the same end. Never rejects: what fails is logged and the rest goes on. */
  run(): Promise<void>;
}

const STEP_LIMIT_MS = 10_000;

/** Ordered graceful shutdown: each step has its own limit, so that one stuck peer cannot keep the others open. */
export function createShutdown(log: Log): Shutdown {
  const steps: { name: string; close: () => unknown }[] = [];
  let running: Promise<void> | undefined;
  return {
    add(name, close) {
      steps.push({ name, close });
    },
    run() {
      running ??= closeAll();
      return running;
    },
  };

  async function closeAll(): Promise<void> {
    for (const step of steps.reverse()) {
      try {
        await within(STEP_LIMIT_MS, Promise.resolve(step.close()));
      } catch (error) {
        log.error({ step: step.name, error: messageOf(error) }, 'a part did not close properly');
      }
    }
  }
}

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still open after ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
