import { Alarm } from '../../core/alarm.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { uuidv7 } from '../../core/ids.ts';
import type { Database } from '../../db/open.ts';
import type { Timers } from '../../modem/index.ts';
import type { Log } from '../../platform/log.ts';
import { zoneClock } from '../../routing/zone.ts';
import { type Attendant, startAttendant } from '../attendance/attendant.ts';
import { Intake } from '../inbox/intake.ts';
import { receivePdu } from '../inbox/receive-pdu.ts';
import { receivePdus } from '../inbox/receive-pdus.ts';
import { SimBudget } from '../outbox/budget.ts';
import { createOutbox, type Outbox } from '../outbox/outbox.ts';
import type { Departures, InboundHandlers, ModemConfig, ModemPort, OpenModem } from '../ports.ts';
import { quietMinutesLeft } from '../rules/quiet-hours.ts';
import { acquireModemLease, releaseModemLease, renewModemLease } from './lease.ts';
import { startSnapshotWriter } from './snapshot-writer.ts';

export interface ModemRunnerOptions {
  readonly database: Database;
  readonly config: ModemConfig;
  readonly openModem: OpenModem;
  readonly departures?: Departures;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** A killed process keeps its modems this long from the others. */
const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
/** What a slice in the air is given to come to an end before the modem is closed under it. */
const GRACE_MS = 4_000;

/** One modem at work in this process: what must be closed in order. */
interface Tenure {
  readonly runId: string;
  readonly port: ModemPort;
  readonly outbox: Outbox;
  readonly stopWriter: () => Promise<void>;
  readonly attendant: Attendant;
}

/**
 * Runs one configured modem as long as this process holds its lease: opens it, gives it the queue, takes what it
 * receives, shows its state. Without the lease it waits for it. Each tenure has an id of its own, so that what an
 * earlier one left in the air is told apart.
 */
export class ModemRunner {
  readonly #options: ModemRunnerOptions;
  readonly #alarm: Alarm;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #tenure: Tenure | undefined;

  constructor(options: ModemRunnerOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.timers);
    this.#running = this.#run();
  }

  /** Says that the queue may hold something for it. */
  wake(): void {
    this.#tenure?.outbox.wake();
  }

  /** Says that there may be something else to do than messages: USSD, a recording. */
  attend(): void {
    this.#tenure?.attendant.wake();
  }

  /** Ends it: nothing new is sent, the slice in the air gets its outcome, the lease is given back. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#turn();
      await this.#alarm.wait(RENEW_MS, signal, true);
    }
    await this.#end();
  }

  /** Gets or keeps the lease. A database that is away takes no lease from us, nor gives it to another. */
  async #turn(): Promise<void> {
    const { database, config, log } = this.#options;
    try {
      if (this.#tenure === undefined) {
        const runId = uuidv7();
        const isSoleUser = database.engine === 'embedded';
        if (!(await acquireModemLease(database.orm, config.id, runId, LEASE_MS, isSoleUser))) return;
        if (!this.#begin(runId)) await releaseModemLease(database.orm, config.id, runId);
        return;
      }
      if (await renewModemLease(database.orm, config.id, this.#tenure.runId, LEASE_MS)) return;
      log.warn({ modem: config.name }, 'another process runs this modem now');
    } catch (error) {
      log.warn({ modem: config.name, error: messageOf(error) }, 'the lease of a modem could not be renewed');
      return;
    }
    await this.#end();
  }

  /** False when the modem cannot even be begun: a path that this platform does not know, say. */
  #begin(runId: string): boolean {
    const { database, config, departures, clock, timers, log } = this.#options;
    const { organizationId, id: modemId } = config;
    const port = this.#open();
    if (port === undefined) return false;
    const outbox = createOutbox({
      database,
      organizationId,
      modemId,
      runId,
      port,
      clock,
      timers,
      log,
      ...(departures === undefined ? {} : { departures }),
      ...sendingOptions(config),
    });
    const stopWriter = startSnapshotWriter({ database, modem: config, port, clock, timers, log });
    const attendant = startAttendant({ database, modem: config, port, clock, timers, log });
    this.#tenure = { runId, port, outbox, stopWriter, attendant };
    outbox.start();
    log.info({ modem: config.name, path: config.path }, 'modem started');
    return true;
  }

  #open(): ModemPort | undefined {
    const { config, openModem, log } = this.#options;
    try {
      return openModem(config, this.#handlers());
    } catch (error) {
      log.warn({ modem: config.name, path: config.path, error: messageOf(error) }, 'the modem cannot be opened');
      return undefined;
    }
  }

  #handlers(): InboundHandlers {
    const { database, config, clock } = this.#options;
    const { organizationId, id: modemId } = config;
    const scope = () => {
      const outbox = this.#tenure?.outbox;
      const now = clock.now();
      if (outbox === undefined) return { organizationId, modemId, now };
      return { organizationId, modemId, now, recordReports: outbox.recordReports.bind(outbox) };
    };
    const intake = new Intake((batch) => receivePdus(database.orm, scope(), batch));
    return {
      onStored: (stored) => intake.receive(stored),
      onRouted: async (pdu) => {
        await receivePdu(database.orm, scope(), { pdu });
      },
    };
  }

  async #end(): Promise<void> {
    const tenure = this.#tenure;
    if (tenure === undefined) return;
    this.#tenure = undefined;
    const { database, config, timers, log } = this.#options;
    try {
      const ended = tenure.outbox.close();
      let cancel = () => {};
      const grace = new Promise<void>((resolve) => {
        cancel = timers.after(GRACE_MS, resolve);
      });
      await Promise.race([ended, grace]);
      cancel();
      await tenure.port.close();
      await ended;
      await tenure.attendant.close();
      await tenure.stopWriter();
      await releaseModemLease(database.orm, config.id, tenure.runId);
    } catch (error) {
      // The lease runs out by itself.
      log.warn({ modem: config.name, error: messageOf(error) }, 'a modem did not close properly');
    }
  }
}

/** How the SIM of a modem may be used, as its outbox wants it. */
function sendingOptions({ organizationId, id: modemId, sending }: ModemConfig) {
  if (sending === undefined) return {};
  const { takesShared, jitterSeconds = 0, quiet, ...limits } = sending;
  const readClock = quiet === undefined ? undefined : zoneClock(quiet.timezone);
  return {
    takesShared,
    budget: new SimBudget({ organizationId, modemId, limits, jitterSeconds, random: Math.random }),
    ...(quiet === undefined || readClock === undefined
      ? {}
      : {
          quietUntil(now: Date) {
            const minutes = quietMinutesLeft(quiet, readClock(now).minute);
            return minutes === 0 ? undefined : new Date(now.getTime() + minutes * 60_000);
          },
        }),
  };
}

/** Starts running a modem; see `ModemRunner`. */
export function runModem(options: ModemRunnerOptions): ModemRunner {
  return new ModemRunner(options);
}
