import { Alarm } from '../../core/alarm.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Database } from '../../db/open.ts';
import type { Timers } from '../../modem/index.ts';
import type { Log } from '../../platform/log.ts';
import type { ModemPort, SubmitOutcome } from '../ports.ts';
import { type ClaimedSlice, claimSlice, nextDueAt, type OutboxScope } from './claim-slice.ts';
import { expireOverdue } from './expire-overdue.ts';
import { returnUnsubmitted } from './return-unsubmitted.ts';
import { settleAfterCrash } from './settle-after-crash.ts';
import { storeOutcome } from './store-outcome.ts';

export interface OutboxOptions extends OutboxScope {
  readonly database: Pick<Database, 'orm'>;
  readonly port: Pick<ModemPort, 'whenReady' | 'submit'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** What one turn did. `waitMs` is how long nothing is expected; a wake-up ends it early unless the modem needs rest. */
export type OutboxStep =
  | { readonly kind: 'submitted'; readonly outcome: SubmitOutcome['kind'] }
  | { readonly kind: 'idle'; readonly waitMs: number }
  | { readonly kind: 'resting'; readonly waitMs: number };

/** Notifications wake the loop; this is the net below them. */
const POLL_MS = 5_000;
/** Pauses after refusals that are the modem's own fault, and after errors of the database. */
const REST_MS: readonly number[] = [1_000, 2_000, 5_000, 10_000, 30_000];
const DATABASE_PAUSES_MS: readonly number[] = [200, 500, 1_000, 2_000, 5_000];

/**
 * Sends an organization's queue through one modem, one slice at a time: claim and commit, submit, store the outcome.
 * What was submitted is never submitted again, whatever happens to the database: an outcome that cannot be stored stays
 * in memory, and nothing new is claimed, until it can.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #alarm: Alarm;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #isSettled = false;
  /** A claim failed halfway: it may have been committed. */
  #isClaimInDoubt = false;
  #unstored: { readonly slice: ClaimedSlice; readonly outcome: SubmitOutcome } | undefined;
  /** The message whose next slice goes before all others. */
  #begun: string | undefined;
  #modemRefusals = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.timers);
  }

  /** Starts the loop. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Says that there may be work. */
  wake(): void {
    this.#alarm.ring();
  }

  /**
   * Claims nothing more and resolves when the slice in the air has an outcome and that is stored, or could not be once
   * more (then the next run calls it unknown). Close the modem to end a submission that takes too long.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    if (this.#unstored === undefined) return;
    try {
      await this.#store();
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'the outcome of a slice could not be stored before the end');
    }
  }

  /**
   * One turn: settle what a crash left (once), store what is not stored, claim, submit, store. Throws what the database
   * throws; the next turn goes on where this one stopped.
   */
  async step(): Promise<OutboxStep> {
    await this.#prepare();
    const slice = await this.#claim();
    if (slice === undefined) return { kind: 'idle', waitMs: await this.#untilDue() };
    const outcome = await this.#submit(slice);
    this.#unstored = { slice, outcome };
    this.#begun = outcome.kind === 'sent' && slice.sequence < slice.total ? slice.messageId : undefined;
    const isModemsFault = outcome.kind === 'refused' && outcome.error.class === 'modem';
    this.#modemRefusals = isModemsFault ? this.#modemRefusals + 1 : 0;
    await this.#store();
    return isModemsFault
      ? { kind: 'resting', waitMs: pauseOf(REST_MS, this.#modemRefusals) }
      : { kind: 'submitted', outcome: outcome.kind };
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#prepare();
        if (!(await this.#isReady(signal))) return;
        const step = await this.step();
        failures = 0;
        if (step.kind !== 'submitted') await this.#alarm.wait(step.waitMs, signal, step.kind === 'resting');
      } catch (error) {
        failures += 1;
        this.#options.log.warn(
          { error: messageOf(error), failures },
          'the outbox cannot use the database, trying again',
        );
        await this.#alarm.wait(pauseOf(DATABASE_PAUSES_MS, failures), signal, true);
      }
    }
  }

  /** False when the outbox or the modem has been closed. */
  async #isReady(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#options.port.whenReady(signal);
      return !signal.aborted;
    } catch {
      // The only reasons there are: the signal, which is ours, or the modem's end, which ends this loop too.
      return false;
    }
  }

  async #prepare(): Promise<void> {
    const { orm } = this.#options.database;
    if (this.#unstored !== undefined) await this.#store();
    if (!this.#isSettled) {
      const count = await settleAfterCrash(orm, this.#scope());
      this.#isSettled = true;
      if (count > 0) this.#options.log.warn({ count }, 'slices were in the air when the program stopped: now unknown');
    }
    if (this.#isClaimInDoubt) {
      await returnUnsubmitted(orm, this.#scope());
      this.#isClaimInDoubt = false;
    }
  }

  async #claim(): Promise<ClaimedSlice | undefined> {
    const { orm } = this.#options.database;
    this.#isClaimInDoubt = true;
    const messageId = this.#begun;
    const next = messageId === undefined ? undefined : await claimSlice(orm, { ...this.#scope(), messageId });
    const slice = next ?? (await claimSlice(orm, this.#scope()));
    this.#isClaimInDoubt = false;
    return slice;
  }

  async #submit(slice: ClaimedSlice): Promise<SubmitOutcome> {
    try {
      return await this.#options.port.submit({ pdu: slice.pdu, tpduLength: slice.tpduLength });
    } catch (error) {
      // A port must not throw; if it does, nobody knows how far the bytes came.
      const advice = 'See the log of the program.';
      this.#options.log.warn({ error: messageOf(error) }, 'submitting a slice failed in an unforeseen way');
      return {
        kind: 'unknown',
        error: { reason: 'rejected', text: 'the modem layer failed', advice, class: 'ambiguous' },
      };
    }
  }

  async #store(): Promise<void> {
    if (this.#unstored === undefined) return;
    await storeOutcome(this.#options.database.orm, this.#scope(), this.#unstored.slice, this.#unstored.outcome);
    this.#unstored = undefined;
  }

  async #untilDue(): Promise<number> {
    const { orm } = this.#options.database;
    const scope = this.#scope();
    await expireOverdue(orm, scope.organizationId, scope.now);
    const dueAt = await nextDueAt(orm, scope, scope.now);
    return dueAt === undefined ? POLL_MS : Math.min(POLL_MS, dueAt.getTime() - scope.now.getTime());
  }

  #scope(): OutboxScope & { readonly now: Date } {
    const { organizationId, modemId, runId, clock } = this.#options;
    return { organizationId, modemId, runId, now: clock.now() };
  }
}

/** An outbox for one modem; `start()` begins. */
export function createOutbox(options: OutboxOptions): Outbox {
  return new Outbox(options);
}

function pauseOf(pauses: readonly number[], failures: number): number {
  return pauses[Math.min(failures, pauses.length) - 1] ?? 0;
}
