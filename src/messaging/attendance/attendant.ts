import { Alarm } from '../../core/alarm.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Database } from '../../db/open.ts';
import type { ModemEvent, Timers } from '../../modem/index.ts';
import type { Log } from '../../platform/log.ts';
import type { ModemConfig, ModemPort } from '../ports.ts';
import { askBalanceWhenDue, endWaitingUssd, failInterruptedUssd, workUssd } from '../ussd/work-ussd.ts';
import { recordModemEvent } from './record-event.ts';
import { dropOldSamples, storeSample } from './sample.ts';
import { workTraces } from './work-traces.ts';

export interface AttendantOptions {
  readonly database: Database;
  readonly modem: Pick<ModemConfig, 'organizationId' | 'id' | 'name'>;
  readonly port: ModemPort;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

export interface Attendant {
  /** Says that there may be a USSD request or a recording to make. */
  wake(): void;
  close(): Promise<void>;
}

const SAMPLE_MS = 60_000;
/** Old samples go once a day. */
const SAMPLES_A_DAY = 1_440;

/**
 * Everything about a running modem that is no message: keeps samples and the event log, does USSD requests, asks for
 * the balance, makes recordings. What fails is logged and tried again at the next turn; messages never wait for it.
 */
export function startAttendant(options: AttendantOptions): Attendant {
  const { database, modem, port, clock, timers, log } = options;
  const alarm = new Alarm(timers);
  const closing = new AbortController();
  const work = { database, modem, port, clock, timers, signal: closing.signal };
  const warn = (error: unknown) => log.warn({ modem: modem.name, error: messageOf(error) }, 'a modem is not attended');

  const stopEvents = port.onEvent?.((event) => {
    // One line an outage, and none for its end: the event log has both.
    if (event.kind === 'lost') log.warn({ modem: modem.name, cause: event.detail }, 'modem lost');
    recordModemEvent(database.orm, modem, event, clock.now()).catch(warn);
    if (endsDialogue(event)) endWaitingUssd(work, event.detail).catch(warn);
  });
  const stopChanges = port.onChange((snapshot) => {
    if (snapshot.state === 'ready') alarm.ring();
  });

  const round = async (turn: number) => {
    await storeSample(database.orm, modem, port.snapshot(), clock.now());
    if (turn % SAMPLES_A_DAY === 0) await dropOldSamples(database.orm, modem, clock.now());
    await askBalanceWhenDue(work);
  };

  const ussd = oneAtATime(() => workUssd(work), warn);
  // A recording lasts; a dialogue that is to be recorded must not wait for its end.
  const traces = oneAtATime(() => workTraces(work), warn);
  const running = (async () => {
    await failInterruptedUssd(work).catch(warn);
    let sampleDueMs = timers.nowMs();
    for (let turn = 0; !closing.signal.aborted; ) {
      if (timers.nowMs() >= sampleDueMs) {
        sampleDueMs = timers.nowMs() + SAMPLE_MS;
        await round(turn).catch(warn);
        turn += 1;
      }
      ussd.start();
      traces.start();
      await alarm.wait(sampleDueMs - timers.nowMs(), closing.signal);
    }
  })();

  return {
    wake: () => alarm.ring(),
    async close() {
      closing.abort();
      stopEvents?.();
      stopChanges();
      await running;
      await Promise.all([ussd.ended(), traces.ended()]);
    },
  };
}

/** Whether nobody hears any more what is answered to a USSD menu. A modem off the network, or set up again, may. */
function endsDialogue({ kind, data }: ModemEvent): boolean {
  if (kind !== 'lost') return kind === 'ussd-ended' || kind === 'restarted';
  return data?.state !== 'degraded' && data?.state !== 'initialising';
}

/** Work that looks for more until there is none: started again while it runs, it has nothing to miss but one look. */
function oneAtATime(work: () => Promise<void>, failed: (error: unknown) => void) {
  let running: Promise<void> | undefined;
  let again = false;
  const start = () => {
    if (running !== undefined) {
      again = true;
      return;
    }
    running = work()
      .catch(failed)
      .finally(() => {
        running = undefined;
        if (!again) return;
        again = false;
        start();
      });
  };
  return { start, ended: async () => running };
}
