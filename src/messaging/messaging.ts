import { Alarm } from '../core/alarm.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import { parseNotification } from '../db/notify.ts';
import type { Database } from '../db/open.ts';
import type { Timers } from '../modem/index.ts';
import type { Log } from '../platform/log.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { interruptAbandoned } from './broadcasts/interrupt-abandoned.ts';
import { keepHouse } from './housekeeping.ts';
import { type ModemRunner, runModem } from './modems/modem-runner.ts';
import { readModemConfigs } from './modems/read-modem-configs.ts';
import type { Departures, OpenModem } from './ports.ts';

export interface MessagingOptions {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly openModem: OpenModem;
  /** Absent: after a kill every claimed slice is in doubt. */
  readonly departures?: Departures;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** Notifications tell of changes at once; this is the net below them, and the pace of the housekeeping. */
const POLL_MS = 30_000;
const RETRY_MS = 2_000;

interface Running {
  readonly organizationId: string;
  readonly fingerprint: string;
  readonly runner: ModemRunner;
}

/** All modems of this installation that this process may run, kept in line with their configuration. */
export class Messaging {
  readonly #options: MessagingOptions;
  readonly #alarm: Alarm;
  readonly #closing = new AbortController();
  readonly #modems = new Map<string, Running>();
  #running: Promise<void> | undefined;
  #unlisten: (() => Promise<void>) | undefined;

  constructor(options: MessagingOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.timers);
  }

  /** Starts the active modems; resolves when each has been begun. */
  async start(): Promise<void> {
    this.#unlisten = await this.#options.database.listen(
      (payload) => this.#hear(payload),
      () => this.#wakeAll(),
    );
    await this.#reconcile();
    await this.#interruptBroadcasts();
    this.#running = this.#run();
  }

  /** Ends all modems, each after the slice it has in the air. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await Promise.all([...this.#modems.values()].map(({ runner }) => runner.close()));
    this.#modems.clear();
    await this.#unlisten?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The embedded database has one user: whoever read a list before this start is gone. */
  async #interruptBroadcasts(): Promise<void> {
    const { database, clock } = this.#options;
    if (database.engine === 'embedded') await interruptAbandoned(database.orm, clock.now(), clock.now());
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { database, clock, log } = this.#options;
    while (!signal.aborted) {
      let pauseMs = POLL_MS;
      try {
        await this.#reconcile();
        await keepHouse(database.orm, clock.now());
      } catch (error) {
        pauseMs = RETRY_MS;
        log.warn({ error: messageOf(error) }, 'messaging cannot use the database, trying again');
      }
      await this.#alarm.wait(pauseMs, signal);
    }
  }

  /** Ends what is gone or changed, then starts what is new or changed: two modems may swap their ports. */
  async #reconcile(): Promise<void> {
    const { database, secrets, clock, timers, log, openModem, departures } = this.#options;
    const wanted = await readModemConfigs({ db: database.orm, secrets, clock, log });
    const fingerprints = new Map(wanted.map(({ config, fingerprint }) => [config.id, fingerprint]));
    const outdated = [...this.#modems].filter(([id, running]) => fingerprints.get(id) !== running.fingerprint);
    await Promise.all(outdated.map(([, { runner }]) => runner.close()));
    for (const [id] of outdated) this.#modems.delete(id);
    for (const { config, fingerprint } of wanted) {
      if (this.#modems.has(config.id) || this.#closing.signal.aborted) continue;
      const known = departures === undefined ? {} : { departures };
      const runner = runModem({ database, config, openModem, clock, timers, log, ...known });
      this.#modems.set(config.id, { organizationId: config.organizationId, fingerprint, runner });
    }
  }

  #hear(payload: string): void {
    const notification = parseNotification(payload);
    if (notification?.topic === 'outbox') {
      for (const { organizationId, runner } of this.#modems.values()) {
        if (organizationId === notification.organizationId) runner.wake();
      }
    }
    if (notification?.topic === 'modem-work' && notification.id !== undefined) {
      this.#modems.get(notification.id)?.runner.attend();
    }
    // With an id it is the state of a modem, which changes often; without, the configuration.
    if (notification?.topic === 'modem' && notification.id === undefined) this.#alarm.ring();
  }

  #wakeAll(): void {
    for (const { runner } of this.#modems.values()) runner.wake();
    this.#alarm.ring();
  }
}

/** The SMS side of a process; `start()` begins. */
export function createMessaging(options: MessagingOptions): Messaging {
  return new Messaging(options);
}
