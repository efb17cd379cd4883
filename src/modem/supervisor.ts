import { backoffMs } from '../core/backoff.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError, messageOf } from '../core/errors.ts';
import type { Urc } from './at/urc.ts';
import type { Trace } from './channel.ts';
import { GsmModem } from './gsm-modem.ts';
import type { InboundHandlers } from './inbound.ts';
import type { ModemError } from './modem-error.ts';
import { Session } from './session.ts';
import { alsoInProcess, type PinMemory } from './sim.ts';
import { type ModemSnapshot, patchSnapshot, type SnapshotPatch } from './snapshot.ts';
import type { SubmitOutcome, SubmitRequest } from './submit.ts';
import { pause, systemTimers, type Timers } from './time.ts';
import type { Transport } from './transport/transport.ts';

export interface SupervisorOptions {
  readonly name: string;
  /** Shown, and stands for the modem where it does not tell an IMEI. */
  readonly path: string;
  /** Opens the port; called again after every loss. */
  readonly open: () => Promise<Transport>;
  readonly handlers: InboundHandlers;
  readonly pin?: string;
  readonly pinMemory: PinMemory;
  readonly timers?: Timers;
  readonly clock?: Clock;
  /** In [0, 1); spreads the reopening of many modems. */
  readonly random?: () => number;
  readonly trace?: Trace;
}

const BACKOFF = { baseMs: 1_000, maxMs: 60_000 };
/** Ready for this long counts as recovered; less is part of the same trouble. */
const RECOVERED_MS = 30_000;
/** What is known only while the port is open. */
const FORGET: SnapshotPatch = { operator: undefined, registration: undefined, signalDbm: undefined };

/**
 * Runs one modem for ever: opens its port, keeps it set up, opens it again with growing pauses when it is lost. Starts
 * at once; `close()` ends it.
 */
export class ModemSupervisor {
  readonly #options: SupervisorOptions;
  readonly #timers: Timers;
  readonly #clock: Clock;
  readonly #pinMemory: PinMemory;
  readonly #closing = new AbortController();
  readonly #changeListeners = new Set<(snapshot: ModemSnapshot) => void>();
  readonly #urcListeners = new Set<(urc: Urc) => void>();
  readonly #done: Promise<void>;
  #snapshot: ModemSnapshot;
  #session: Session | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#clock = options.clock ?? systemClock;
    this.#pinMemory = alsoInProcess(options.pinMemory);
    this.#snapshot = { name: options.name, path: options.path, state: 'opening', since: this.#clock.now() };
    this.#done = this.#run();
  }

  snapshot(): ModemSnapshot {
    return this.#snapshot;
  }

  /** Calls back with each new snapshot until the returned function is called. */
  onChange(listener: (snapshot: ModemSnapshot) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** Calls back for each indication of the modem (calls, USSD…) until the returned function is called. */
  onUrc(listener: (urc: Urc) => void): () => void {
    this.#urcListeners.add(listener);
    return () => this.#urcListeners.delete(listener);
  }

  /** Resolves when the modem can send. Rejects with the signal's reason, or when the supervisor is closed. */
  whenReady(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (snapshot: ModemSnapshot) => {
        if (snapshot.state === 'ready') finish(resolve);
        else if (snapshot.state === 'closed') finish(() => reject(CLOSED(this.#options.name)));
      };
      const abort = () => finish(() => reject(signal?.reason));
      const finish = (settle: () => void) => {
        stop();
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const stop = this.onChange(look);
      signal?.addEventListener('abort', abort);
      if (signal?.aborted) abort();
      else look(this.#snapshot);
    });
  }

  /** Sends one slice. Never rejects; while the modem is not ready the slice is refused and has not left. */
  submit(request: SubmitRequest): Promise<SubmitOutcome> {
    return this.#session?.submit(request) ?? Promise.resolve({ kind: 'refused', error: NOT_OPEN });
  }

  /** Closes the port and ends. A slice in the air ends as `unknown`. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#session?.close();
    await this.#done;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<void> {
    // Leaves the constructor first: the options' callbacks may want the supervisor.
    await Promise.resolve();
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      this.#report({ state: 'opening' });
      const end = await this.#openAndRun();
      if (this.#closing.signal.aborted) break;
      failures = end.readyForMs >= RECOVERED_MS ? 1 : failures + 1;
      this.#report({ ...FORGET, state: end.opened ? 'back-off' : 'absent', cause: end.cause });
      const random = (this.#options.random ?? Math.random)();
      await pause(this.#timers, backoffMs(failures, BACKOFF, random), this.#closing.signal);
    }
    this.#report({ ...FORGET, state: 'closed', cause: undefined });
  }

  async #openAndRun(): Promise<{ readonly opened: boolean; readonly cause: string; readonly readyForMs: number }> {
    let transport: Transport | undefined;
    try {
      transport = await this.#open();
    } catch (cause) {
      return { opened: false, cause: messageOf(cause), readyForMs: 0 };
    }
    if (transport === undefined) return { opened: false, cause: 'closed', readyForMs: 0 };
    const { path, pin, trace, handlers } = this.#options;
    const modem = new GsmModem({
      transport,
      timers: this.#timers,
      path,
      pinMemory: this.#pinMemory,
      ...(pin === undefined ? {} : { pin }),
      ...(trace === undefined ? {} : { trace }),
    });
    modem.onUrc((urc) => {
      for (const listener of this.#urcListeners) listener(urc);
    });
    const session = new Session({ modem, handlers, timers: this.#timers, report: (patch) => this.#report(patch) });
    this.#session = session;
    const end = await session.run();
    this.#session = undefined;
    return { opened: true, cause: end.cause, readyForMs: session.readyForMs };
  }

  /** Undefined when the supervisor is closed meanwhile; a port that opens later all the same is closed again. */
  #open(): Promise<Transport | undefined> {
    const { signal } = this.#closing;
    return new Promise((resolve, reject) => {
      const giveUp = () => resolve(undefined);
      signal.addEventListener('abort', giveUp);
      this.#options
        .open()
        .then((transport) => (signal.aborted ? transport.close() : resolve(transport)))
        .catch(reject)
        .finally(() => signal.removeEventListener('abort', giveUp));
    });
  }

  #report(patch: SnapshotPatch): void {
    const next = patchSnapshot(this.#snapshot, patch, this.#clock.now());
    if (next === this.#snapshot) return;
    this.#snapshot = next;
    for (const listener of this.#changeListeners) listener(next);
  }
}

/** Starts a supervisor; see `ModemSupervisor`. */
export function createSupervisor(options: SupervisorOptions): ModemSupervisor {
  return new ModemSupervisor(options);
}

const NOT_OPEN: ModemError = {
  reason: 'closed',
  text: 'the port is not open',
  advice: 'Check power and cable; the port is opened again by itself.',
  class: 'modem',
};

const CLOSED = (name: string) =>
  new AppError({ code: 'modem.closed', kind: 'unavailable', detail: `Modem ${name} has been closed.` });
