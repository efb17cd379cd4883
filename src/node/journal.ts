import { join } from 'node:path';
import { type Drain, startDrain } from '../db/journal-drain.ts';
import { parseStorable } from '../db/json.ts';
import type { Db } from '../db/open.ts';
import type { Config } from '../platform/config.ts';
import { groupCommit } from '../platform/journal/group-commit.ts';
import { type Journal, openJournal } from '../platform/journal/journal.ts';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { recordCalls } from '../voice/index.ts';
import type { CallRecord, EventSink } from '../webhooks/index.ts';

/** Operators hear of a filling journal while there is still time to act. */
const ALARM_SHARE = 0.8;

/** While the journal holds less than this, storing can wait for a quieter moment. */
const RELAXED_SHARE = 0.25;
/** Above this share of busy time every millisecond given to storing is taken from a caller. */
const BUSY_UTILIZATION = 0.7;
const BUSY_REST_MS = 400;
/** Records stored at once while there are calls: making the statements of a batch keeps a caller waiting. */
const BATCH_BESIDE_CALLS = 40;
/** And while nobody calls: the cost of a transaction is spread over many. */
const BATCH_ALONE = 500;
/** Somebody who called so recently may not be alone. */
const CALLS_LAST_MS = 1_000;

export interface CallJournal {
  readonly sink: EventSink;
  readonly drain: Drain;
  /** Throws when the journal is nearly full: a reason not to be ready. */
  check(): void;
  close(): Promise<void>;
}

/** The journal of voice events with its way into the database. */
export function openCallJournal(options: {
  readonly config: Pick<Config, 'DATA_DIR' | 'JOURNAL_MAX_BYTES' | 'JOURNAL_SYNC'>;
  readonly db: Db;
  readonly log: Log;
  readonly metrics: Metrics;
}): CallJournal {
  const { config, db, log, metrics } = options;
  const directory = join(config.DATA_DIR, 'journal');
  const journal = openJournal({
    directory,
    maxBytes: config.JOURNAL_MAX_BYTES,
    sync: config.JOURNAL_SYNC,
    parse: parseStorable,
  });
  metrics.journalPendingBytes.set(journal.pendingBytes());
  const callers = callersFirst(() => journal.pendingBytes() < config.JOURNAL_MAX_BYTES * RELAXED_SHARE);
  const drain = startDrain({
    journal,
    store: (records) => recordCalls(db, records as readonly CallRecord[]),
    rejectedPath: join(directory, 'rejected.ndjson'),
    log,
    onRejected: () => metrics.journalRejected.inc(),
    pace: callers.pace,
    batch: callers.batch,
  });
  const append = groupCommit(journal, () => metrics.journalDropped.inc());
  const alarm = watchSize(journal, config.JOURNAL_MAX_BYTES * ALARM_SHARE, log, metrics);
  return {
    sink: {
      append(record) {
        callers.came(record.kind);
        return append(record);
      },
    },
    drain,
    check() {
      if (alarm.isRaised()) throw new Error('the journal is nearly full: the database has been away for too long');
    },
    async close() {
      alarm.stop();
      await drain.close();
      journal.close();
    },
  };
}

/**
 * Rests between batches while the event loop is busy with what arrives and the journal has room; otherwise drains at full
 * speed, in large batches where no caller has to wait for one. Storing alone also keeps the loop busy, and is no reason.
 */
function callersFirst(hasRoom: () => boolean) {
  let last = performance.eventLoopUtilization();
  let cameAtMs = Number.NEGATIVE_INFINITY;
  let calledAtMs = Number.NEGATIVE_INFINITY;
  return {
    came(kind: CallRecord['kind']): void {
      cameAtMs = performance.now();
      if (kind === 'voice') calledAtMs = cameAtMs;
    },
    pace(): number {
      const now = performance.eventLoopUtilization();
      const isBusy = performance.eventLoopUtilization(now, last).utilization > BUSY_UTILIZATION;
      last = now;
      const isAlone = performance.now() - cameAtMs > BUSY_REST_MS;
      return isBusy && !isAlone && hasRoom() ? BUSY_REST_MS : 0;
    },
    batch: () => (performance.now() - calledAtMs < CALLS_LAST_MS ? BATCH_BESIDE_CALLS : BATCH_ALONE),
  };
}

function watchSize(journal: Journal, alarmBytes: number, log: Log, metrics: Metrics) {
  let raised = false;
  const timer = setInterval(() => {
    const pending = journal.pendingBytes();
    metrics.journalPendingBytes.set(pending);
    const isHigh = pending > alarmBytes;
    if (isHigh && !raised) {
      log.error(
        { pendingBytes: pending },
        'the journal is nearly full; when it is full, callbacks are refused. Bring the database back',
      );
    }
    raised = isHigh;
  }, 1_000);
  timer.unref();
  return { isRaised: () => raised, stop: () => clearInterval(timer) };
}
