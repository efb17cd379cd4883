import { appendFileSync } from 'node:fs';
import { backoffMs } from '../core/backoff.ts';
import { messageOf } from '../core/errors.ts';
import type { Journal } from '../platform/journal/journal.ts';
import type { Log } from '../platform/log.ts';
import { isDataError } from './postgres-error.ts';

export interface DrainOptions {
  readonly journal: Journal;
  /** Stores a batch in one transaction; a repeat must change nothing. */
  readonly store: (records: readonly unknown[]) => Promise<void>;
  /** File that keeps the records which the database refuses for good, one JSON line each. */
  readonly rejectedPath: string;
  readonly log: Log;
  readonly onRejected?: () => void;
  /** Records at once; few while calls are answered, because the same thread stores them. */
  readonly batch?: () => number;
  /** Milliseconds to wait after a batch: callers come first while the process is busy. Default: none. */
  readonly pace?: () => number;
}

export interface Drain {
  /** Resolves when everything appended before the call is stored, or rejects when the drain is closed first. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const BATCH = 100;
const RETRY = { baseMs: 200, maxMs: 5_000 };

/**
 * Moves the journal into the database for ever: batches while there is work, a pause until the next append otherwise. While
 * the database is away the journal holds and the drain tries again; a record that the database refuses by its content is
 * set aside, so that it cannot hold up the rest.
 */
export function startDrain(options: DrainOptions): Drain {
  const { journal, log } = options;
  const closing = new AbortController();
  let wake: () => void = () => {};
  let failures = 0;
  const stopListening = journal.onAppend(() => wake());
  const waiters = new Set<{ resolve: () => void; reject: (error: Error) => void }>();
  const done = loop();

  return {
    settled: () =>
      new Promise((resolve, reject) => {
        waiters.add({ resolve, reject });
        wake();
      }),
    async close() {
      closing.abort();
      wake();
      stopListening();
      await done;
      for (const waiter of waiters) waiter.reject(new Error('the journal drain was closed'));
    },
  };

  async function loop(): Promise<void> {
    while (!closing.signal.aborted) {
      const batch = journal.read(options.batch?.() ?? BATCH);
      if (batch === undefined) {
        for (const waiter of waiters) waiter.resolve();
        waiters.clear();
        await pause();
        continue;
      }
      if (batch.torn)
        log.warn({ records: batch.records.length }, 'a journal file ended in a write that never finished');
      try {
        await storeAll(batch.records);
        journal.commit(batch.next);
        if (failures > 0) log.info({ failures }, 'the database is back; the journal drains');
        failures = 0;
        const restMs = waiters.size > 0 ? 0 : (options.pace?.() ?? 0);
        if (restMs > 0) await pause(restMs);
      } catch (error) {
        failures += 1;
        if (failures === 1) log.warn({ error: messageOf(error) }, 'the database is away; the journal holds');
        await pause(backoffMs(failures, RETRY, Math.random()));
      }
    }
  }

  /** A batch that the database refuses by content is halved until the record at fault stands alone. */
  async function storeAll(records: readonly unknown[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await options.store(records);
    } catch (error) {
      if (!isDataError(error) && !isOwnMistake(error)) throw error;
      if (records.length === 1) {
        appendFileSync(options.rejectedPath, `${JSON.stringify({ error: messageOf(error), record: records[0] })}\n`, {
          mode: 0o600,
        });
        options.onRejected?.();
        log.error({ error: messageOf(error) }, 'the database refused a record; it is kept in rejected.ndjson');
        return;
      }
      const half = Math.ceil(records.length / 2);
      await storeAll(records.slice(0, half));
      await storeAll(records.slice(half));
    }
  }

  /** Until the next append, the end, or `limitMs`. */
  function pause(limitMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = limitMs === undefined ? undefined : setTimeout(finish, limitMs);
      function finish(): void {
        clearTimeout(timer);
        wake = () => {};
        resolve();
      }
      // While the database is away an append is no reason to ask it again sooner.
      wake = limitMs === undefined || closing.signal.aborted ? finish : () => closing.signal.aborted && finish();
      if (closing.signal.aborted) finish();
    });
  }
}

/** A record that our own code cannot handle is as final as one the database refuses, and must not hold up the rest. */
function isOwnMistake(error: unknown): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}
