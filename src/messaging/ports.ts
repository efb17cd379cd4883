import type { InboundHandlers, ModemSnapshot, StoredMessage, SubmitOutcome, SubmitRequest } from '../modem/index.ts';

/** What messaging needs of one running modem; the modem folder's supervisor is one. */
export interface ModemPort {
  snapshot(): ModemSnapshot;
  /** Calls back with each new snapshot until the returned function is called. */
  onChange(listener: (snapshot: ModemSnapshot) => void): () => void;
  /** Resolves when it can send; rejects when the signal aborts or the modem is closed. */
  whenReady(signal?: AbortSignal): Promise<void>;
  /** Sends one slice. Never rejects. */
  submit(request: SubmitRequest): Promise<SubmitOutcome>;
  /** Ends it; a slice in the air ends as `unknown`. */
  close(): Promise<void>;
}

/** A modem as it is configured, its secrets opened. */
export interface ModemConfig {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  /** Device, `tcp://host:port` or `sim:`. */
  readonly path: string;
  readonly baudRate: number;
  readonly pin?: string;
}

/** Starts a modem. The composition root knows serial ports; messaging does not. */
export type OpenModem = (config: ModemConfig, handlers: InboundHandlers) => ModemPort;

export type { InboundHandlers, ModemSnapshot, StoredMessage, SubmitOutcome, SubmitRequest };
