import { messageOf } from '../core/errors.ts';
import { type Notification, parseNotification } from '../db/notify.ts';
import type { Database } from '../db/open.ts';
import type { Log } from '../platform/log.ts';

/** Something in memory that follows the database. */
export interface Follower {
  /** Resolves when memory holds what the database held at the time of the call. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Notifications can be missed while a connection is down; this is the safety net. */
const POLL_MS = 5_000;

/**
 * Loads at once, then again whenever a notification of the topic comes, and now and then without one. Rejects when the
 * first load does; a later one that fails is told to the operator as `whenStale`, and memory stays as it is.
 */
export async function followChanges(options: {
  readonly database: Database;
  readonly topic: Notification['topic'];
  readonly load: () => Promise<void>;
  readonly log: Log;
  readonly whenStale: string;
}): Promise<Follower> {
  const { database, topic, load, log, whenStale } = options;
  let running: Promise<void> | undefined;
  let again = false;

  await load();
  const stop = await database.listen((payload) => {
    if (parseNotification(payload)?.topic === topic) refreshSoon();
  }, refreshSoon);
  const timer = setInterval(refreshSoon, POLL_MS);
  timer.unref();

  return {
    refresh,
    async close() {
      clearInterval(timer);
      await running?.catch(() => {});
      await stop();
    },
  };

  function refreshSoon(): void {
    refresh().catch((error: unknown) => log.warn({ error: messageOf(error) }, whenStale));
  }

  /** One refresh at a time; a request during one means one more after it, because it may have read too early. */
  async function refresh(): Promise<void> {
    if (running !== undefined) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        await load();
      } while (again);
    })();
    try {
      await running;
    } finally {
      running = undefined;
    }
  }
}
