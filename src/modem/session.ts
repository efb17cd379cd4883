import { Alarm } from '../core/alarm.ts';
import { assertNever, messageOf } from '../core/errors.ts';
import { isRegistered, type RegistrationState } from './at/parse-registration.ts';
import { BOOT_BEGINS, type Urc } from './at/urc.ts';
import { CallWatch } from './calls.ts';
import type { ModemEvent } from './events.ts';
import { afterFailedSend } from './failed-send.ts';
import type { GsmModem } from './gsm-modem.ts';
import type { InboundHandlers } from './inbound.ts';
import type { PortRemedy, Stage, Trouble } from './life.ts';
import { createLock } from './lock.ts';
import type { ModemError } from './modem-error.ts';
import { decodeBroadcast } from './pdu/broadcast.ts';
import { Receiver } from './receiver.ts';
import type { SessionPatch } from './snapshot.ts';
import type { SubmitOutcome, SubmitRequest } from './submit.ts';
import type { Timers } from './time.ts';
import type { UssdOutcome, UssdRequest } from './ussd/dialogue.ts';
import { decodeUssd, isUssdText } from './ussd/text.ts';

export interface SessionOptions {
  readonly modem: GsmModem;
  readonly handlers: InboundHandlers;
  readonly timers: Timers;
  /** What became known of the modem. */
  readonly report: (patch: SessionPatch) => void;
  /** Where it is now, and why it is not further. */
  readonly enter: (stage: Stage, cause?: string) => void;
  readonly happened: (event: ModemEvent) => void;
}

/** Why a session ended. */
export interface SessionEnd {
  readonly trouble: Trouble;
  readonly cause: string;
  readonly error?: ModemError;
}

/** Off the network for longer than this, or refused by it: a remedy is tried. Searching after a tunnel takes minutes. */
const NETWORK_PATIENCE_MS = 300_000;
const DENIED_PATIENCE_MS = 1_800_000;
const GAUGES_EVERY_MS = 60_000;
const PROBE_EVERY_MS = 20_000;
const PROBE_WHILE_REGISTERING_MS = 2_000;
/** A starting modem says several things; the set-up waits for the last of them. */
const BOOT_QUIET_MS = 1_000;

/**
 * One open port, from its start to its end: sets the modem up (again, when it restarts), watches that it lives, and
 * sends; its receiver reads what arrives. Set-up excludes everything else: a PDU sent in text mode would go out as text.
 */
export class Session {
  readonly #modem: GsmModem;
  readonly #timers: Timers;
  readonly #report: (patch: SessionPatch) => void;
  readonly #enter: SessionOptions['enter'];
  readonly #happened: SessionOptions['happened'];
  readonly #calls: CallWatch;
  readonly #exclusively = createLock();
  readonly #watchAlarm: Alarm;
  readonly #receiver: Receiver;
  readonly #over = new AbortController();
  #end: SessionEnd | undefined;
  #settingUp = false;
  #usable = false;
  /** Counts set-ups: what was listed before one may lie on another SIM after it. */
  #generation = 0;
  #setUpDueMs: number | undefined;
  #probeDueMs = 0;
  #readySinceMs: number | undefined;
  #offNetworkSinceMs: number | undefined;
  #gaugesDueMs = 0;
  #unableInARow = 0;

  constructor(options: SessionOptions) {
    this.#modem = options.modem;
    this.#timers = options.timers;
    this.#watchAlarm = new Alarm(options.timers);
    this.#report = options.report;
    this.#enter = options.enter;
    this.#happened = options.happened;
    this.#calls = new CallWatch(options.timers, ({ number, rings }) =>
      this.#happened({
        kind: 'missed-call',
        detail: `missed call from ${number || 'an unknown number'}`,
        data: { number, rings },
      }),
    );
    this.#receiver = new Receiver({
      ...options,
      signal: this.#over.signal,
      exclusively: this.#exclusively,
      isUsable: () => this.#usable,
      generation: () => this.#generation,
      setUpAgain: () => this.#wantSetUp(0),
    });
    this.#modem.onUrc((urc) => this.#takeUrc(urc));
    this.#modem.onClose((cause) =>
      this.#finish({ trouble: 'gone', cause: cause instanceof Error ? cause.message : 'the port closed' }),
    );
    this.#modem.onSilence(() => this.#finish({ trouble: 'silent', cause: 'the modem does not answer any more' }));
  }

  /** How long it has been ready without interruption; 0 when it is not. */
  get readyForMs(): number {
    return this.#readySinceMs === undefined ? 0 : this.#timers.nowMs() - this.#readySinceMs;
  }

  /** Runs until the port is gone, the modem falls silent or cannot be started; a remedy goes first. Never rejects. */
  async run(remedy?: PortRemedy): Promise<SessionEnd> {
    if (remedy !== undefined) await this.#modem.mend(remedy);
    this.#setUpDueMs = this.#timers.nowMs();
    // What fails in them is not the modem's doing (a store of refused PINs that cannot be read): begin anew, later.
    const failed = (cause: unknown) => this.#finish({ trouble: 'refused', cause: messageOf(cause) });
    await Promise.all([this.#watch().catch(failed), this.#receiver.run().catch(failed)]);
    this.#calls.stop();
    await this.#modem.close();
    return this.#end ?? { trouble: 'gone', cause: 'closed' };
  }

  /** Ends the session; what is in flight ends as `closed`. */
  async close(): Promise<void> {
    this.#finish({ trouble: 'gone', cause: 'closed' });
    await this.#modem.close();
  }

  /** Sends one slice when the modem is set up and on the network, else refuses at once. */
  async submit(request: SubmitRequest): Promise<SubmitOutcome> {
    if (!this.#canSend()) return { kind: 'refused', error: NOT_READY };
    return this.#exclusively(async () => {
      // A restart may have been noticed while this slice waited for its turn.
      if (!this.#canSend()) return { kind: 'refused', error: NOT_READY };
      const outcome = await this.#modem.submit(request);
      if (outcome.kind === 'sent') this.#unableInARow = 0;
      else this.#afterFailure(outcome.error);
      return outcome;
    });
  }

  /** Sends a USSD code, or the answer the network waits for. The command takes its turn; the answer keeps nobody. */
  ussd(request: UssdRequest): Promise<UssdOutcome> {
    if (!this.#canSend()) return Promise.resolve({ kind: 'failed', error: NOT_READY });
    if (!isUssdText(request.text)) return Promise.resolve({ kind: 'failed', error: NO_CODE });
    return this.#modem.ussd(request);
  }

  #canSend(): boolean {
    return this.#usable && this.#setUpDueMs === undefined && this.#readySinceMs !== undefined;
  }

  #afterFailure(error: ModemError): void {
    this.#report({ lastError: error });
    const { asks, unableInARow } = afterFailedSend(error, this.#unableInARow);
    this.#unableInARow = unableInARow;
    switch (asks) {
      case 'nothing':
        return;
      case 'sweep':
        this.#receiver.wantSweep();
        return;
      case 'set-up':
        this.#wantSetUp(0);
        return;
      case 'reset':
        // It was not ready in truth: the same trouble again climbs the ladder.
        this.#readySinceMs = undefined;
        this.#finish({
          trouble: 'refused',
          cause: `it takes no message: ${error.text} (error ${error.code}). ${error.advice}`,
        });
        return;
      default:
        assertNever(asks);
    }
  }

  #takeUrc(urc: Urc): void {
    switch (urc.kind) {
      case 'stored':
        if (urc.memory === undefined || urc.index === undefined) this.#receiver.wantSweep();
        else this.#receiver.wantSlot(urc.memory, urc.index);
        return;
      case 'routed':
        if (urc.what === 'broadcast') this.#takeBroadcast(urc.pdu);
        else void this.#receiver.keepRouted(urc.pdu);
        return;
      case 'registration':
        this.#probeDueMs = 0;
        this.#watchAlarm.ring();
        return;
      case 'memory-full':
        this.#receiver.takeFull(urc.line);
        this.#receiver.wantSweep();
        return;
      case 'ring':
        if (this.#calls.ring() && this.#modem.setup?.profile.hangUp?.value) void this.#modem.hangUp();
        return;
      case 'caller':
        this.#calls.caller(urc.number);
        return;
      case 'ussd':
        this.#takeUssd(urc);
        return;
      case 'boot':
        if (!this.#settingUp && this.#usable) this.#happened({ kind: 'restarted', detail: urc.line });
        if (!this.#settingUp || BOOT_BEGINS.test(urc.line)) this.#wantSetUp(BOOT_QUIET_MS);
        return;
      default:
        return;
    }
  }

  #takeBroadcast(pdu: string): void {
    const page = decodeBroadcast(pdu);
    if (page === undefined) return;
    const { topic, serial, text } = page;
    this.#happened({
      kind: 'broadcast',
      detail: text ?? 'data',
      data: { topic, serial, page: page.page, pages: page.pages },
    });
  }

  #takeUssd(urc: Extract<Urc, { kind: 'ussd' }>): void {
    const whose = this.#modem.takeUssd(urc);
    if (whose === 'answer') return;
    const packed = this.#modem.setup?.profile.packedUssd?.value ?? false;
    const text = urc.text === undefined ? '' : decodeUssd(urc.text, urc.coding, packed);
    if (whose === 'end') this.#happened({ kind: 'ussd-ended', detail: text || 'the network ended the dialogue' });
    else if (text !== '') this.#happened({ kind: 'ussd', detail: text });
  }

  #wantSetUp(delayMs: number): void {
    if (this.#usable) this.#enter('initialising', 'the modem is set up again');
    this.#usable = false;
    this.#readySinceMs = undefined;
    this.#setUpDueMs = this.#timers.nowMs() + delayMs;
    this.#watchAlarm.ring();
  }

  #finish(end: SessionEnd): void {
    this.#end ??= end;
    this.#over.abort();
  }

  async #watch(): Promise<void> {
    while (!this.#over.signal.aborted) {
      const now = this.#timers.nowMs();
      if (this.#setUpDueMs !== undefined && this.#setUpDueMs <= now) await this.#exclusively(() => this.#setUp());
      else if (this.#setUpDueMs === undefined && this.#probeDueMs <= now) await this.#probe();
      const nextMs = this.#setUpDueMs ?? this.#probeDueMs;
      await this.#watchAlarm.wait(nextMs - this.#timers.nowMs(), this.#over.signal);
    }
  }

  async #setUp(): Promise<void> {
    this.#setUpDueMs = undefined;
    this.#settingUp = true;
    this.#usable = false;
    this.#readySinceMs = undefined;
    this.#enter('initialising');
    const outcome = await this.#modem.initialise();
    this.#settingUp = false;
    if (outcome.kind === 'failed') {
      const { manufacturer, model, imei } = outcome.identity ?? {};
      this.#report({ lastError: outcome.error, ...(outcome.identity ? { manufacturer, model, imei } : {}) });
      this.#finish({
        trouble: troubleOf(outcome.error, outcome.step),
        cause: `${outcome.step}: ${outcome.error.text}. ${outcome.error.advice}`,
        error: outcome.error,
      });
      return;
    }
    const { identity, sim, serviceCentre, profile } = outcome.setup;
    const { manufacturer, model, imei } = identity;
    const { imsi, iccid } = sim;
    this.#generation += 1;
    this.#usable = true;
    this.#report({
      manufacturer,
      model,
      imei,
      imsi,
      iccid,
      serviceCentre,
      profile: profile.name,
      pinTriesLeft: undefined,
    });
    this.#enter('registering');
    this.#probeDueMs = 0;
    this.#receiver.wantSweep();
  }

  async #probe(): Promise<void> {
    const registration = await this.#modem.readRegistration();
    const signalDbm = await this.#modem.readSignalDbm();
    const registered = registration !== undefined && isRegistered(registration);
    const operator = registered ? await this.#modem.readOperator() : undefined;
    // A restart or the end of the port may have come meanwhile: their word counts.
    if (this.#setUpDueMs !== undefined || this.#over.signal.aborted) return;
    this.#probeDueMs = this.#timers.nowMs() + (registered ? PROBE_EVERY_MS : PROBE_WHILE_REGISTERING_MS);
    this.#report({ registration, signalDbm, operator });
    if (registration === undefined && this.#readySinceMs !== undefined) {
      // It has told before: without its card, or after a restart nobody saw, it does not.
      this.#wantSetUp(0);
      return;
    }
    if (registered) {
      this.#offNetworkSinceMs = undefined;
      this.#readySinceMs ??= this.#timers.nowMs();
      this.#enter('ready');
      await this.#readGauges();
      return;
    }
    const cause = registration === undefined ? 'registration unknown' : `network: ${registration}`;
    this.#enter(this.#readySinceMs === undefined ? 'registering' : 'degraded', cause);
    this.#missNetwork(registration, cause);
  }

  /** Modems are known to lose a network and never look for it again. */
  #missNetwork(registration: RegistrationState | undefined, cause: string): void {
    this.#offNetworkSinceMs ??= this.#timers.nowMs();
    const patienceMs = registration === 'denied' ? DENIED_PATIENCE_MS : NETWORK_PATIENCE_MS;
    if (this.#timers.nowMs() - this.#offNetworkSinceMs < patienceMs) return;
    this.#finish({ trouble: 'network', cause: `${cause} for ${Math.round(patienceMs / 60_000)} minutes` });
  }

  async #readGauges(): Promise<void> {
    if (this.#gaugesDueMs > this.#timers.nowMs()) return;
    this.#gaugesDueMs = this.#timers.nowMs() + GAUGES_EVERY_MS;
    const { temperatureCelsius, voltage } = await this.#modem.readGauges();
    this.#report({ temperatureCelsius, voltage });
  }
}

function troubleOf(error: ModemError, step: string): Trouble {
  if (error.reason === 'sim') return 'sim';
  if (error.reason === 'closed') return 'gone';
  return error.reason === 'timeout' || step === 'AT' ? 'silent' : 'refused';
}

const NO_CODE: ModemError = {
  reason: 'rejected',
  text: 'the network cannot be told this',
  advice: 'Use characters of the GSM alphabet, without quotes and line ends.',
  class: 'permanent',
};

const NOT_READY: ModemError = {
  reason: 'rejected',
  text: 'the modem is not ready',
  advice: 'Nothing to do: it is being set up, or is not on the network yet.',
  class: 'modem',
};
