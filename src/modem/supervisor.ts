import { type Clock, systemClock } from '../core/clock.ts';
import { AppError, messageOf } from '../core/errors.ts';
import type { Urc } from './at/urc.ts';
import type { Trace } from './channel.ts';
import { type ModemEvent, outageEvent } from './events.ts';
import { GsmModem } from './gsm-modem.ts';
import type { InboundHandlers } from './inbound.ts';
import { type Life, type LifeEffect, type LifeInput, newLife, type PortRemedy, restMs, stepLife } from './life.ts';
import type { ModemError } from './modem-error.ts';
import { openFailure } from './open-failure.ts';
import { Session } from './session.ts';
import { alsoInProcess, type PinMemory } from './sim.ts';
import { type ModemSnapshot, patchSnapshot, type SnapshotPatch } from './snapshot.ts';
import type { SubmitOutcome, SubmitRequest } from './submit.ts';
import { pause, systemTimers, type Timers } from './time.ts';
import type { Transport } from './transport/transport.ts';
import type { UssdOutcome, UssdRequest } from './ussd/dialogue.ts';

/** By what a modem is known once it was seen, wherever its port has gone. */
export interface KnownModem {
  readonly imei?: string;
  readonly iccid?: string;
}

export interface SupervisorOptions {
  readonly name: string;
  /** Shown, and stands for the modem where it does not tell an IMEI. */
  readonly path: string;
  /** Opens the port; called again after every loss, with what is known of the modem from the times before. */
  readonly open: (known: KnownModem) => Promise<Transport>;
  readonly handlers: InboundHandlers;
  readonly pin?: string;
  readonly pinMemory: PinMemory;
  /** Name of the vendor profile; absent: chosen by what the modem says of itself. */
  readonly profile?: string;
  /** Takes the modem's power away and gives it back (`uhubctl`, a relay). Absent: that rung of the ladder is left out. */
  readonly cyclePower?: () => Promise<void>;
  readonly timers?: Timers;
  readonly clock?: Clock;
  /** In [0, 1); spreads the reopening of many modems. */
  readonly random?: () => number;
  readonly trace?: Trace;
}

/** What is known only while the port is open. */
const FORGET: SnapshotPatch = {
  operator: undefined,
  registration: undefined,
  signalDbm: undefined,
  temperatureCelsius: undefined,
  voltage: undefined,
};

/**
 * Runs one modem for ever: performs what the table of `life.ts` says and feeds back what came of it. Starts at once;
 * `close()` ends it.
 */
export class ModemSupervisor {
  readonly #options: SupervisorOptions;
  readonly #timers: Timers;
  readonly #clock: Clock;
  readonly #pinMemory: PinMemory;
  readonly #closing = new AbortController();
  readonly #changeListeners = new Set<(snapshot: ModemSnapshot) => void>();
  readonly #urcListeners = new Set<(urc: Urc) => void>();
  readonly #eventListeners = new Set<(event: ModemEvent) => void>();
  readonly #traces = new Set<Trace>();
  readonly #done: Promise<void>;
  #life: Life = newLife;
  #snapshot: ModemSnapshot;
  #told: 'ready' | 'lost' | undefined;
  #session: Session | undefined;
  #modem: GsmModem | undefined;
  #transport: Transport | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#clock = options.clock ?? systemClock;
    this.#pinMemory = alsoInProcess(options.pinMemory);
    if (options.trace !== undefined) this.#traces.add(options.trace);
    const { name, path } = options;
    this.#snapshot = { name, path, state: this.#life.state, since: this.#clock.now(), errors: 0 };
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

  /** Calls back with what is worth a line in the event log: one `lost` an outage, missed calls, broadcasts… */
  onEvent(listener: (event: ModemEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  /** Shows every line in both directions, without PINs, until the returned function is called. */
  onTrace(trace: Trace): () => void {
    this.#traces.add(trace);
    this.#modem?.onTrace(trace);
    return () => {
      this.#traces.delete(trace);
      this.#modem?.dropTrace(trace);
    };
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

  /** Sends a USSD code, or the answer the network waits for. Never rejects. */
  ussd(request: UssdRequest): Promise<UssdOutcome> {
    return this.#session?.ussd(request) ?? Promise.resolve({ kind: 'failed', error: NOT_OPEN });
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
    let effect: LifeEffect = { kind: 'open' };
    while (effect.kind !== 'end') {
      const input: LifeInput = await this.#perform(effect);
      effect = this.#step(this.#closing.signal.aborted ? { kind: 'close' } : input);
    }
  }

  /** Does what the table says and tells what came of it. Never rejects. */
  async #perform(effect: LifeEffect): Promise<LifeInput> {
    switch (effect.kind) {
      case 'open':
        return this.#open();
      case 'run':
        return this.#runSession(effect.remedy);
      case 'rest':
        await pause(this.#timers, restMs(effect.trouble, effect.repeats, this.#random()), this.#closing.signal);
        return { kind: 'rested' };
      case 'power':
        await this.#cyclePower();
        return { kind: 'powered' };
      case 'end':
      case 'none':
        return { kind: 'close' };
    }
  }

  #random(): number {
    return (this.#options.random ?? Math.random)();
  }

  async #cyclePower(): Promise<void> {
    this.#happened({ kind: 'reset', detail: 'power off and on' });
    try {
      await this.#options.cyclePower?.();
    } catch (cause) {
      this.#happened({ kind: 'reset', detail: `the power could not be switched: ${messageOf(cause)}` });
    }
  }

  /** A port that opens only after the supervisor was closed is closed again. */
  #open(): Promise<LifeInput> {
    const { signal } = this.#closing;
    const { imei, iccid } = this.#snapshot;
    return new Promise((resolve) => {
      const giveUp = () => resolve({ kind: 'close' });
      signal.addEventListener('abort', giveUp);
      this.#options
        .open({ ...(imei === undefined ? {} : { imei }), ...(iccid === undefined ? {} : { iccid }) })
        .then((transport) => {
          if (signal.aborted) return transport.close();
          this.#transport = transport;
          return resolve({ kind: 'opened' });
        })
        .catch((cause) => resolve({ kind: 'open-failed', ...openFailure(cause) }))
        .finally(() => signal.removeEventListener('abort', giveUp));
    });
  }

  async #runSession(remedy: PortRemedy | undefined): Promise<LifeInput> {
    const transport = this.#transport;
    this.#transport = undefined;
    if (transport === undefined) return { kind: 'close' };
    const { path, pin, profile, handlers } = this.#options;
    const { manufacturer, model } = this.#snapshot;
    const modem = new GsmModem({
      transport,
      timers: this.#timers,
      path,
      pinMemory: this.#pinMemory,
      known: { ...(manufacturer === undefined ? {} : { manufacturer }), ...(model === undefined ? {} : { model }) },
      onPin: (pinTriesLeft) => {
        this.#report({ pinTriesLeft });
        this.#step({ kind: 'stage', stage: 'pin', cause: undefined });
      },
      ...(pin === undefined ? {} : { pin }),
      ...(profile === undefined ? {} : { profile }),
    });
    for (const trace of this.#traces) modem.onTrace(trace);
    this.#modem = modem;
    modem.onUrc((urc) => {
      for (const listener of this.#urcListeners) listener(urc);
    });
    const session = new Session({
      modem,
      handlers,
      timers: this.#timers,
      report: (patch) => this.#report(patch),
      enter: (stage, cause) => this.#step({ kind: 'stage', stage, cause }),
      happened: (event) => this.#happened(event),
    });
    if (remedy !== undefined) this.#happened({ kind: 'reset', detail: remedy });
    this.#session = session;
    const { trouble, cause } = await session.run(remedy);
    const { readyForMs } = session;
    this.#session = undefined;
    this.#modem = undefined;
    return { kind: 'ended', trouble, cause, readyForMs };
  }

  #step(input: LifeInput): LifeEffect {
    const { life, effect } = stepLife(this.#life, input, this.#options.cyclePower !== undefined);
    this.#life = life;
    const forgotten = input.kind === 'ended' || input.kind === 'close' ? FORGET : {};
    const isFailure = input.kind === 'ended' || (input.kind === 'open-failed' && this.#snapshot.state !== 'absent');
    this.#report({
      ...forgotten,
      state: life.state,
      cause: life.cause,
      ...(isFailure ? { errors: (this.#snapshot.errors ?? 0) + 1 } : {}),
    });
    return effect;
  }

  #happened(event: ModemEvent): void {
    for (const listener of this.#eventListeners) listener(event);
  }

  #report(patch: SnapshotPatch): void {
    const before = this.#snapshot;
    const isNewError = patch.lastError !== undefined && patch.lastError !== before.lastError;
    const counted = isNewError ? { errors: (before.errors ?? 0) + 1, ...patch } : patch;
    const next = patchSnapshot(before, counted, this.#clock.now());
    if (next === before) return;
    this.#snapshot = next;
    for (const listener of this.#changeListeners) listener(next);
    const outage = outageEvent(before, next, this.#told);
    if (outage === undefined) return;
    this.#told = outage.kind;
    this.#happened(outage);
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
