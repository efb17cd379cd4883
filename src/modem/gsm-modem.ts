import { action } from './at/command.ts';
import type { RegistrationState } from './at/parse-registration.ts';
import type { Urc } from './at/urc.ts';
import { Channel, type Trace } from './channel.ts';
import { keepIndications } from './indications.ts';
import { type InitialiseOutcome, initialise, type ModemSetup } from './initialise.ts';
import {
  type Listing,
  MessageStore,
  type ReadOutcome,
  type RemoveOutcome,
  type StoredMessage,
} from './message-store.ts';
import { readOperator, readRegistration, readSignalDbm } from './network.ts';
import type { PinMemory } from './sim.ts';
import { type SubmitOutcome, type SubmitRequest, submit } from './submit.ts';
import type { Timers } from './time.ts';
import type { Transport } from './transport/transport.ts';

export interface GsmModemOptions {
  readonly transport: Transport;
  readonly timers: Timers;
  /** Stands for the modem where it does not tell an IMEI. */
  readonly path: string;
  readonly pin?: string;
  readonly pinMemory: PinMemory;
  readonly trace?: Trace;
}

/** Typed commands of one modem on one open port. Knows nothing of reconnecting; that is the supervisor's. */
export class GsmModem {
  readonly #channel: Channel;
  readonly #options: GsmModemOptions;
  #setup: ModemSetup | undefined;
  #store: MessageStore | undefined;
  #starting: Promise<unknown> = Promise.resolve();

  constructor(options: GsmModemOptions) {
    this.#options = options;
    this.#channel = new Channel(options);
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
    const outcome = await initialise(this.#channel, this.#options);
    if (outcome.kind === 'ready') {
      this.#setup = outcome.setup;
      this.#store = new MessageStore(this.#channel, outcome.setup.memories);
    }
    return outcome;
  }

  /** Sends one slice; see `SubmitOutcome`. */
  submit(request: SubmitRequest): Promise<SubmitOutcome> {
    return submit(this.#channel, request);
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

  /** Arms the indications again when the modem has dropped them, as it does after a missed acknowledgement. */
  async keepIndications(): Promise<void> {
    const wanted = this.#setup?.indications;
    if (wanted !== undefined) await keepIndications(this.#channel, wanted);
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

  #stored(): MessageStore {
    if (this.#store === undefined) throw new Error('the modem has not been started');
    return this.#store;
  }
}
