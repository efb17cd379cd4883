import { Alarm } from '../../core/alarm.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Database } from '../../db/open.ts';
import type { Timers } from '../../modem/index.ts';
import type { Log } from '../../platform/log.ts';
import type { Departures, ModemPort, SubmitOutcome } from '../ports.ts';
import type { ArrivedReport } from '../reports/plain-reports.ts';
import { laneOrder, withoutQuiet } from '../rules/lanes.ts';
import { isSameNumber } from '../rules/number-match.ts';
import { claimAhead, measured, UNKNOWN_PACE } from '../rules/pace.ts';
import type { Allowance, SimBudget } from './budget.ts';
import { type ClaimedSlice, lookAhead, type OutboxScope } from './claim-slices.ts';
import { Claimed } from './claimed.ts';
import { expireOverdue } from './expire-overdue.ts';
import { type InAir, inAir } from './in-air.ts';
import { returnUnsubmitted } from './return-unsubmitted.ts';
import { settleAfterCrash } from './settle-after-crash.ts';
import type { FinishedSlice } from './store-outcomes.ts';
import { takeTurn } from './take-turn.ts';
import type { Taken } from './turn.ts';

export interface OutboxOptions extends OutboxScope {
  readonly database: Pick<Database, 'orm'>;
  readonly port: Pick<ModemPort, 'whenReady' | 'submit' | 'snapshot'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** What the SIM may send; absent: as much as the line takes. */
  readonly budget?: SimBudget;
  /** Whether the modem takes messages that were given to no certain one; default yes. */
  readonly takesShared?: boolean;
  /** Absent: after a kill everything claimed is in doubt. */
  readonly departures?: Departures;
  /** When only urgent messages go: until then. Absent: never. */
  readonly quietUntil?: (now: Date) => Date | undefined;
}

/** What one turn did. `waitMs` is how long nothing is expected; a wake-up ends it early unless the modem needs rest. */
export type OutboxStep =
  | { readonly kind: 'submitted'; readonly outcome: SubmitOutcome['kind'] }
  | { readonly kind: 'idle'; readonly waitMs: number }
  | { readonly kind: 'resting'; readonly waitMs: number };

interface TurnOptions {
  readonly allowance?: Allowance;
  readonly reports?: readonly ArrivedReport[];
}

/** Notifications wake the loop; this is the net below them. */
const POLL_MS = 5_000;
/** Pauses after refusals that are the modem's own fault, and after errors of the database. */
const REST_MS: readonly number[] = [1_000, 2_000, 5_000, 10_000, 30_000];
const DATABASE_PAUSES_MS: readonly number[] = [200, 500, 1_000, 2_000, 5_000];

/**
 * Sends an organization's queue through one modem, one slice at a time. The next slices are claimed, and the outcomes of
 * the former ones stored, while one is in the air, so that the line need not wait for the database; each slice is
 * committed as `submitting` before its bytes leave (promise P4). What was submitted is never submitted again, whatever
 * happens to the database: outcomes that cannot be stored stay in memory, and nothing new is claimed, until they can.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #alarm: Alarm;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #isSettled = false;
  /** A turn failed halfway: its claim may have been committed. */
  #isClaimInDoubt = false;
  readonly #claimed = new Claimed();
  #finished: FinishedSlice[] = [];
  /** The turn that runs while a slice is in the air. */
  #background: Promise<void> | undefined;
  /** Turns go one after the other; this is the last one, whatever comes of it. */
  #lastTurn: Promise<unknown> = Promise.resolve();
  #inAir: InAir | undefined;
  #pace = UNKNOWN_PACE;
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
   * Records reports together with the outcomes that are known by now, which may be those of their slices. Returns the
   * PDUs that are recorded; the others need to be looked into. Rejects when the turn fails.
   */
  async recordReports(reports: readonly ArrivedReport[]): Promise<ReadonlySet<string>> {
    if (reports.length === 0) return new Set();
    // It may be told before the answer for its slice. Nothing is lost by waiting: until then the modem takes no AT+CNMA either.
    const own = this.#inAir;
    if (own !== undefined && reports.some(({ content }) => isSameNumber(content.recipient.number, own.peer)))
      await own.ended;
    return this.#isClaimInDoubt ? new Set() : this.#turn('missing', { reports });
  }

  /**
   * Claims nothing more and resolves when the slice in the air has an outcome and that is stored, or could not be once
   * more (then the next run calls it unknown). Close the modem to end a submission that takes too long.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    try {
      await this.#background?.catch(() => {});
      if (this.#isClaimInDoubt) await this.#prepare();
      this.#claimed.withdraw();
      await this.#turn(0);
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'the outcome of a slice could not be stored before the end');
    }
  }

  /**
   * One slice: settle what a crash left (once), claim if nothing is claimed, submit, and meanwhile or afterwards store and
   * claim. Throws what the database throws; the next step goes on where this one stopped.
   */
  async step(): Promise<OutboxStep> {
    await this.#prepare();
    const allowance = await this.#allowance();
    const next = await this.#nextSlice(allowance);
    if (next === undefined)
      return { kind: 'idle', waitMs: Math.min(await this.#untilDue(), allowance.waitMs ?? POLL_MS) };
    const leftAt = this.#options.clock.now();
    const own = inAir(next.peer);
    this.#inAir = own;
    const answer = this.#submit(next, own.onWritten);
    this.#topUp(allowance);
    const outcome = await answer;
    this.#claimed.allowNone();
    this.#finished.push({ slice: next, outcome, leftAt });
    this.#inAir = undefined;
    own.onEnded();
    this.#options.budget?.spent(next.peer, this.#options.clock.now());
    return this.#after(next, outcome);
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#prepare();
        if (!(await this.#isReady(signal))) return;
        const pauseMs = this.#options.budget?.pauseMs() ?? 0;
        if (pauseMs > 0) await this.#alarm.wait(pauseMs, signal, true);
        if (signal.aborted) return;
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

  /** False when the outbox or the modem has been closed. What was claimed does not wait for a modem that is away. */
  async #isReady(signal: AbortSignal): Promise<boolean> {
    const { port } = this.#options;
    if (port.snapshot().state !== 'ready' && !this.#claimed.isEmpty) {
      await this.#background;
      this.#claimed.withdraw();
      await this.#turn(0);
    }
    try {
      await port.whenReady(signal);
      return !signal.aborted;
    } catch {
      // The only reasons there are: the signal, which is ours, or the modem's end, which ends this loop too.
      return false;
    }
  }

  async #prepare(): Promise<void> {
    const { orm } = this.#options.database;
    if (!this.#isSettled) {
      const count = await settleAfterCrash(orm, this.#scope(), this.#options.departures);
      this.#isSettled = true;
      if (count > 0) this.#options.log.warn({ count }, 'slices were in the air when the program stopped: now unknown');
    }
    if (this.#isClaimInDoubt) {
      await this.#background?.catch(() => {});
      // Nothing is in the air, and what was claimed is put back with the rest.
      this.#claimed.forget();
      await takeTurn(orm, this.#options, {
        finished: this.#finished,
        returned: [],
        wish: { ...this.#wish(), limit: 0 },
        reports: [],
      });
      this.#finished = [];
      await returnUnsubmitted(orm, this.#scope());
      this.#isClaimInDoubt = false;
    }
  }

  async #allowance(): Promise<Allowance> {
    const { budget, database, clock } = this.#options;
    return (await budget?.allowance(database.orm, clock.now())) ?? { slices: Number.POSITIVE_INFINITY };
  }

  async #nextSlice(allowance: Allowance): Promise<ClaimedSlice | undefined> {
    this.#claimed.withdrawOld(this.#options.timers.nowMs());
    if (this.#claimed.isEmpty) {
      await this.#background;
      if (this.#claimed.isEmpty) await this.#turn(1 + claimAhead(this.#pace), { allowance });
    }
    return this.#claimed.take();
  }

  /** Lets a turn run beside the slice in the air when the line is faster than the database. */
  #topUp(allowance: Allowance): void {
    this.#claimed.allow(allowance);
    if (!this.#claimed.isLow(this.#pace) || this.#missing() < 1 || this.#background !== undefined) return;
    this.#background = this.#turn('missing').then(() => {
      this.#background = undefined;
    });
    // Its failure is met by whoever waits for it, and by the doubt it leaves.
    this.#background.catch(() => {
      this.#background = undefined;
    });
  }

  /** How many slices to claim beside the one in the air. */
  #missing(): number {
    return this.#closing.signal.aborted ? 0 : this.#claimed.missing(this.#pace);
  }

  async #after(slice: ClaimedSlice, outcome: SubmitOutcome): Promise<OutboxStep> {
    const isModemsFault = outcome.kind === 'refused' && outcome.error.class === 'modem';
    this.#modemRefusals = isModemsFault ? this.#modemRefusals + 1 : 0;
    if (outcome.kind !== 'sent' || claimAhead(this.#pace) === 0) {
      await this.#background;
      if (outcome.kind !== 'sent') {
        if (isModemsFault) this.#claimed.withdraw();
        this.#claimed.withdrawMessage(slice.messageId);
      }
      await this.#turn(0);
    }
    return isModemsFault
      ? { kind: 'resting', waitMs: pauseOf(REST_MS, this.#modemRefusals) }
      : { kind: 'submitted', outcome: outcome.kind };
  }

  /** Stores what is finished and came, and claims slices, when the turn before has ended. Returns what is recorded. */
  #turn(limit: number | 'missing', more: TurnOptions = {}): Promise<ReadonlySet<string>> {
    const turn = this.#lastTurn.then(() => this.#takeTurn(limit, more));
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  async #takeTurn(limit: number | 'missing', { reports = [], ...more }: TurnOptions): Promise<ReadonlySet<string>> {
    const { database, timers } = this.#options;
    if (limit === 'missing') await this.#inAir?.written;
    if (this.#isClaimInDoubt) throw new Error('an earlier turn has failed');
    const [finished, returned] = [[...this.#finished], this.#claimed.returned];
    const allowance = limit === 'missing' ? this.#claimed.allowed : more.allowance;
    const wanted = limit === 'missing' ? this.#missing() : limit;
    const slices = Math.min(wanted, allowance?.slices ?? wanted);
    if (slices < 1 && finished.length === 0 && returned.length === 0 && reports.length === 0) return new Set();
    const startedMs = timers.nowMs();
    const recipients = allowance?.recipients;
    const wish = { ...this.#wish(), limit: slices, ...(recipients === undefined ? {} : { recipients }) };
    let taken: Taken;
    try {
      taken = await takeTurn(database.orm, this.#options, { finished, returned, wish, reports });
    } catch (error) {
      // Only now, not while it runs: a turn beside a slice in the air is no doubt.
      this.#isClaimInDoubt = true;
      throw error;
    }
    const { claimed, recorded } = taken;
    this.#finished.splice(0, finished.length);
    this.#claimed.confirmReturned(returned);
    this.#claimed.add(claimed, startedMs);
    this.#pace = measured(this.#pace, 'turnMs', timers.nowMs() - startedMs);
    return recorded;
  }

  async #submit(slice: ClaimedSlice, onWritten: () => void): Promise<SubmitOutcome> {
    const { port, timers, log, departures, modemId, runId } = this.#options;
    const startedMs = timers.nowMs();
    try {
      departures?.note(modemId, runId, slice);
      const outcome = await port.submit({ pdu: slice.pdu, tpduLength: slice.tpduLength, onWritten });
      if (outcome.kind === 'sent') {
        departures?.arrive(modemId, runId, slice, outcome.reference);
        this.#pace = measured(this.#pace, 'airMs', timers.nowMs() - startedMs);
      }
      return outcome;
    } catch (error) {
      // A port must not throw; if it does, nobody knows how far the bytes came.
      const advice = 'See the log of the program.';
      log.warn({ error: messageOf(error) }, 'submitting a slice failed in an unforeseen way');
      return {
        kind: 'unknown',
        error: { reason: 'rejected', text: 'the modem layer failed', advice, class: 'ambiguous' },
      };
    } finally {
      onWritten();
    }
  }

  async #untilDue(): Promise<number> {
    const { orm } = this.#options.database;
    const scope = this.#scope();
    const { dueAt, isOverdue } = await lookAhead(orm, scope, scope.now);
    if (isOverdue) await expireOverdue(orm, scope.organizationId, scope.now);
    return dueAt === undefined ? POLL_MS : Math.min(POLL_MS, dueAt.getTime() - scope.now.getTime());
  }

  #wish() {
    const { clock, takesShared, quietUntil } = this.#options;
    const now = clock.now();
    const lanes = withoutQuiet(laneOrder(this.#claimed.turns), quietUntil?.(now) !== undefined);
    return { now, lanes, begun: this.#claimed.begun, takesShared: takesShared ?? true };
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
