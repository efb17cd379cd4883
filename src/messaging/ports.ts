import type {
  InboundHandlers,
  ModemEvent,
  ModemSnapshot,
  StoredMessage,
  SubmitOutcome,
  SubmitRequest,
  Trace,
  UssdOutcome,
  UssdRequest,
} from '../modem/index.ts';
import type { Limits } from './rules/budget.ts';
import type { QuietHours } from './rules/quiet-hours.ts';

/** What messaging needs of one running modem; the modem folder's supervisor is one. */
export interface ModemPort {
  snapshot(): ModemSnapshot;
  /** Calls back with each new snapshot until the returned function is called. */
  onChange(listener: (snapshot: ModemSnapshot) => void): () => void;
  /** Resolves when it can send; rejects when the signal aborts or the modem is closed. */
  whenReady(signal?: AbortSignal): Promise<void>;
  /** Sends one slice. Never rejects. */
  submit(request: SubmitRequest): Promise<SubmitOutcome>;
  /** Calls back with what is worth a line in the event log until the returned function is called. */
  onEvent?(listener: (event: ModemEvent) => void): () => void;
  /** Shows every line in both directions, without PINs, until the returned function is called. */
  onTrace?(trace: Trace): () => void;
  /** Sends a USSD code, or the answer the network waits for. Never rejects. */
  ussd?(request: UssdRequest): Promise<UssdOutcome>;
  /** Ends it; a slice in the air ends as `unknown`. */
  close(): Promise<void>;
}

/** A modem as it is configured, its secrets opened. */
export interface ModemConfig {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  /** Device, `tcp://host:port`, `imei:` or `iccid:` with the number, or `sim:`. */
  readonly path: string;
  readonly baudRate: number;
  /** RTS and CTS are wired; default no. */
  readonly flowControl?: boolean;
  /** Name of the vendor profile; absent: chosen by what the modem says of itself. */
  readonly profile?: string;
  readonly pin?: string;
  /** How its SIM may be used. */
  readonly sending?: SendingConfig;
}

/** What limits the sending through one modem. */
export interface SendingConfig extends Limits {
  readonly jitterSeconds?: number;
  /** Takes messages that were given to no certain modem. */
  readonly takesShared: boolean;
  /** When only urgent messages go, on the clocks of a zone. */
  readonly quiet?: QuietHours & { readonly timezone: string };
}

/** Starts a modem. The composition root knows serial ports; messaging does not. */
export type OpenModem = (config: ModemConfig, handlers: InboundHandlers) => ModemPort;

export type { InboundHandlers, ModemSnapshot, StoredMessage, SubmitOutcome, SubmitRequest };

/**
 * Which slices' bytes began to leave, kept where a kill of the process does not reach it. What was claimed and is not
 * in it never left, and goes back into the queue instead of being in doubt.
 */
export interface Departures {
  /** To be called right before the first byte. Throws when neither noting nor forgetting works: then nothing may leave. */
  note(modemId: string, runId: string, slice: { readonly id: string; readonly attempts: number }): void;
  /** The network has it under this reference. To be called right after its answer; where it fails the slice is in doubt. */
  arrive(
    modemId: string,
    runId: string,
    slice: { readonly id: string; readonly attempts: number },
    reference: number,
  ): void;
  /**
   * The last slices of a run, as `id/attempts`, with the reference of those that are known to have arrived; undefined:
   * nobody knows.
   */
  of(modemId: string, runId: string): ReadonlyMap<string, number | undefined> | undefined;
}
