import { Alarm } from '../../core/alarm.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Database } from '../../db/open.ts';
import type { Timers } from '../../modem/index.ts';
import type { Log } from '../../platform/log.ts';
import type { ModemPort } from '../ports.ts';
import { storeSnapshot } from './store-snapshot.ts';

/** Between two writes; what changes in between is written once. */
const REST_MS = 1_000;
/** Without a change: nothing to write, but a lost one is made good. */
const QUIET_MS = 60_000;

export interface SnapshotWriterOptions {
  readonly database: Pick<Database, 'orm'>;
  readonly modem: { readonly organizationId: string; readonly id: string };
  readonly port: Pick<ModemPort, 'snapshot' | 'onChange'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Pick<Log, 'warn'>;
}

/** Keeps a modem's row up to date, at most once a second. The returned function writes the last state and ends it. */
export function startSnapshotWriter(options: SnapshotWriterOptions): () => Promise<void> {
  const { port, timers, log } = options;
  const alarm = new Alarm(timers);
  const closing = new AbortController();
  const stopListening = port.onChange(() => alarm.ring());
  const write = async () => {
    try {
      await storeSnapshot(options.database.orm, options.modem, port.snapshot(), options.clock.now());
    } catch (error) {
      // The next turn writes what is true then.
      log.warn({ error: messageOf(error) }, 'the state of a modem could not be stored');
    }
  };
  const running = (async () => {
    while (!closing.signal.aborted) {
      await write();
      await alarm.wait(REST_MS, closing.signal, true);
      await alarm.wait(QUIET_MS, closing.signal);
    }
  })();
  return async () => {
    stopListening();
    closing.abort();
    await running;
    await write();
  };
}
