import { action, query } from './at/command.ts';
import type { RegistrationState } from './at/parse-registration.ts';
import { parseNumbers } from './at/parse-replies.ts';
import { SEND_TIMEOUT_MS, sendTimeoutMs } from './at/timeouts.ts';
import type { Urc } from './at/urc.ts';
import { Channel, type Trace } from './channel.ts';
import { type GaugeReadings, readGauges } from './gauges.ts';
import type { ModemIdentity } from './identity.ts';
import { keepIndications } from './indications.ts';
import { type InitialiseOutcome, initialise, type ModemSetup } from './initialise.ts';
import type { PortRemedy } from './life.ts';
import {
  type Listing,
  MessageStore,
  type ReadOutcome,
  type RemoveOutcome,
  type StoredMessage,
} from './message-store.ts';
import { answerOf } from './modem-error.ts';
import { readOperator, readRegistration, readSignalDbm } from './network.ts';
import { chooseProfile, type ModemProfile } from './profiles/index.ts';
import { applyRemedy } from './remedy.ts';
import type { PinMemory } from './sim.ts';
import { type SubmitOutcome, type SubmitRequest, submit } from './submit.ts';
import type { Timers } from './time.ts';
import type { Transport } from './transport/transport.ts';
import { UssdDialogue, type UssdOutcome, type UssdRequest } from './ussd/dialogue.ts';

export interface GsmModemOptions {
  readonly transport: Transport;
  readonly timers: Timers;
  /** Stands for the modem where it does not tell an IMEI. */
  readonly path: string;
  readonly pin?: string;
  readonly pinMemory: PinMemory;
  /** Name of the vendor profile; absent: chosen by what the modem says of itself. */
  readonly profile?: string;
  /** What it said of itself when it was last set up: a remedy comes before it can be asked again. */
  readonly known?: Pick<ModemIdentity, 'manufacturer' | 'model'>;
  /** Told when the SIM is not open by itself, before anything is entered. */
  readonly onPin?: (triesLeft: number | undefined) => void;
  readonly trace?: Trace;
}

const PACE_OF = 20;

/** Typed commands of one modem on one open port. Knows nothing of reconnecting; that is the supervisor's. */
export class GsmModem {
  readonly #channel: Channel;
  readonly #options: GsmModemOptions;
  readonly #ussd: UssdDialogue;
  /** How long the last messages took: the pace of this network. */
  #answerMs: readonly number[] = [];
  #setup: ModemSetup | undefined;
  #store: MessageStore | undefined;
  #starting: Promise<unknown> = Promise.resolve();
  /** Whether its answer to AT+CMGF? can be believed; not known before it was asked after the set-up. */
  #tellsMode: boolean | undefined;

  constructor(options: GsmModemOptions) {
    this.#options = options;
    this.#channel = new Channel(options);
    this.#ussd = new UssdDialogue(options.timers);
  }

  /** What the last start-up found; absent before it succeeded. */
  get setup(): ModemSetup | undefined {
    return this.#setup;
  }

  /** Starts the modem, or sets it up again after it restarted. Run nothing else meanwhile. */
  initialise(): Promise<InitialiseOutcome> {
    const outcome = this.#initialise();
    this.#starting = outcome.catch(() => undefined);
    return outcome;
  }

  async #initialise(): Promise<InitialiseOutcome> {
    this.#setup = undefined;
    this.#store = undefined;
    this.#tellsMode = undefined;
    const outcome = await initialise(this.#channel, this.#options);
    if (outcome.kind === 'ready') {
      this.#setup = outcome.setup;
      this.#store = new MessageStore(this.#channel, outcome.setup.memories);
    }
    return outcome;
  }

  /** Tries to mend a modem that could not be set up, or lost its network. Run nothing else meanwhile. */
  mend(remedy: PortRemedy): Promise<void> {
    return applyRemedy(this.#channel, remedy, this.#profile, this.#options.timers);
  }

  /** Sends one slice; see `SubmitOutcome`. */
  async submit(request: SubmitRequest): Promise<SubmitOutcome> {
    const mostMs = this.#profile.sendTimeoutMs?.value ?? SEND_TIMEOUT_MS;
    const began = this.#options.timers.nowMs();
    const outcome = await submit(this.#channel, request, sendTimeoutMs(this.#answerMs, mostMs));
    if (outcome.kind === 'sent') {
      this.#answerMs = [...this.#answerMs.slice(-PACE_OF), this.#options.timers.nowMs() - began];
    }
    return outcome;
  }

  /** Sends a USSD code, or the answer the network waits for. Never rejects. */
  ussd(request: UssdRequest): Promise<UssdOutcome> {
    return this.#ussd.request(this.#channel, request, this.#profile.packedUssd?.value ?? false);
  }

  /** Takes a `+CUSD` and tells who it was for. */
  takeUssd(urc: Extract<Urc, { kind: 'ussd' }>): ReturnType<UssdDialogue['take']> {
    return this.#ussd.take(urc);
  }

  /** Ends a ringing call, before everything that waits. */
  async hangUp(): Promise<void> {
    await this.#channel.execute(action('ATH'), { priority: true });
  }

  /** Memories in which messages may lie; empty before the start-up. */
  get memories(): readonly string[] {
    return this.#store?.memories ?? [];
  }

  list(memory: string): Promise<Listing> {
    return this.#stored().list(memory);
  }

  read(memory: string, index: number): Promise<ReadOutcome> {
    return this.#stored().read(memory, index);
  }

  /** Deletes a message that is safe elsewhere. */
  remove(message: StoredMessage): Promise<RemoveOutcome> {
    return this.#stored().remove(message);
  }

  /**
   * Tells the network that a routed message or report is safe (`true`), or could not be kept and must come again.
   * Does nothing where the modem does not expect it. Goes before everything that waits: the modem's patience is 15 s.
   */
  async acknowledge(kept: boolean): Promise<void> {
    // A report that waited comes with the last step of the start-up, before it is over.
    await this.#starting;
    if (!this.#setup?.acknowledges) return;
    await this.#channel.execute(action(kept ? 'AT+CNMA' : 'AT+CNMA=2'), { priority: true });
  }

  /**
   * Whether it still is as it was set up. False when it has fallen back to text mode: it restarted without a word, and a
   * PDU would go out as a text. Indications it has dropped, as after a missed acknowledgement, are armed again.
   */
  async isAsSetUp(): Promise<boolean> {
    const mode = parseNumbers(answerOf(await this.#channel.execute(query('AT+CMGF?', '+CMGF:'))), '+CMGF:')?.[0];
    // Right after the set-up it can only be a modem that does not tell the truth.
    this.#tellsMode ??= mode === 0;
    if (this.#tellsMode && mode === 1) return false;
    const wanted = this.#setup?.indications;
    if (wanted !== undefined) await keepIndications(this.#channel, wanted, this.#profile.indications?.value);
    return true;
  }

  readSignalDbm(): Promise<number | undefined> {
    return readSignalDbm(this.#channel);
  }

  readRegistration(): Promise<RegistrationState | undefined> {
    return readRegistration(this.#channel);
  }

  readOperator(): Promise<string | undefined> {
    return readOperator(this.#channel);
  }

  /** Temperature and voltage where this modem tells them. */
  readGauges(): Promise<GaugeReadings> {
    return readGauges(this.#channel, this.#profile);
  }

  /** Shows every line from here on, without PINs, until `dropTrace`. */
  onTrace(trace: Trace): void {
    this.#channel.onTrace(trace);
  }

  dropTrace(trace: Trace): void {
    this.#channel.dropTrace(trace);
  }

  /** Calls back for each indication until the returned function is called. */
  onUrc(listener: (urc: Urc) => void): () => void {
    return this.#channel.onUrc(listener);
  }

  /** Calls back once when the port is gone or closed. */
  onClose(listener: (cause?: unknown) => void): void {
    this.#channel.onClose(listener);
  }

  /** Calls back when the modem answers nothing any more, not even `AT`. */
  onSilence(listener: () => void): void {
    this.#channel.onSilence(listener);
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  get #profile(): ModemProfile {
    return this.#setup?.profile ?? chooseProfile(this.#options.known ?? {}, this.#options.profile);
  }

  #stored(): MessageStore {
    if (this.#store === undefined) throw new Error('the modem has not been started');
    return this.#store;
  }
}
