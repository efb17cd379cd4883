import type { Clock } from '../../core/clock.ts';
import { concatElement, decodePdu, encodeDeliver, encodeStatusReport, type SubmitPdu } from '../pdu/index.ts';
import type { Timers } from '../time.ts';

/** What the network does about the report of each message that asks for one. */
export type ReportPolicy =
  | { readonly kind: 'immediately' }
  | { readonly kind: 'after'; readonly delayMs: number }
  | { readonly kind: 'never' }
  /** At once, with this TP-Status (e.g. 0x46: the validity period expired). */
  | { readonly kind: 'status'; readonly status: number }
  /** Until `releaseReports()`. */
  | { readonly kind: 'held' };

/** A message the network took from the modem. */
export interface Submission {
  readonly pdu: string;
  readonly decoded: SubmitPdu;
  /** TP-MR the modem gave it. */
  readonly reference: number;
  readonly at: Date;
}

export interface IncomingMessage {
  readonly from: string;
  readonly text: string;
  /** ISO 8601 with its own offset; default now, UTC. */
  readonly timestamp?: string;
  /** Makes it one slice of a longer message. */
  readonly concat?: { readonly reference: number; readonly total: number; readonly sequence: number };
}

export interface NetworkOptions {
  readonly serviceCentre: string;
  readonly firstReference: number;
  readonly timers: Timers;
  readonly clock: Clock;
  /** Takes a status report towards the modem. */
  readonly report: (pdu: string) => void;
  /** Extra delays, in milliseconds, after which the same report comes; `[0]` once and at once. */
  readonly reportTimes?: () => readonly number[];
}

const DELIVERED = 0x00;
const REFERENCES = 256;

/** The service centre behind the simulated modem: takes messages, gives references, sends reports by policy. */
export class SimulatedNetwork {
  readonly #options: NetworkOptions;
  readonly #submitted: Submission[] = [];
  readonly #listeners = new Set<(submission: Submission) => void>();
  readonly #held: Submission[] = [];
  #policy: ReportPolicy = { kind: 'immediately' };
  #nextReference: number;

  constructor(options: NetworkOptions) {
    this.#options = options;
    this.#nextReference = options.firstReference % REFERENCES;
  }

  /** Everything it ever took, in order: the proof that nothing was sent twice. */
  get submitted(): readonly Submission[] {
    return this.#submitted;
  }

  set reportPolicy(policy: ReportPolicy) {
    this.#policy = policy;
  }

  onSubmit(listener: (submission: Submission) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The submission, or undefined when the PDU is no SUBMIT. */
  take(pdu: string): Submission | undefined {
    const decoded = decodePdu(pdu, { direction: 'submit' });
    if (!decoded.ok || decoded.pdu.type !== 'submit') return undefined;
    const reference = this.#nextReference;
    this.#nextReference = (reference + 1) % REFERENCES;
    const submission = { pdu, decoded: decoded.pdu, reference, at: this.#options.clock.now() };
    this.#submitted.push(submission);
    for (const listener of this.#listeners) listener(submission);
    if (decoded.pdu.statusReportRequest) this.#reportByPolicy(submission);
    return submission;
  }

  /** Sends the held reports; default status: delivered. */
  releaseReports(status = DELIVERED): void {
    for (const submission of this.#held.splice(0)) this.#report(submission, status);
  }

  /** A DELIVER as this service centre would send it. */
  encodeIncoming(message: IncomingMessage): string {
    const { from, text, concat } = message;
    return encodeDeliver({
      smsc: this.#options.serviceCentre,
      from,
      text,
      timestamp: message.timestamp ?? this.#timestamp(this.#options.clock.now()),
      ...(concat === undefined ? {} : { header: [concatElement({ ...concat, width: 8 })] }),
    });
  }

  #reportByPolicy(submission: Submission): void {
    const policy = this.#policy;
    switch (policy.kind) {
      case 'never':
        return;
      case 'held':
        this.#held.push(submission);
        return;
      case 'immediately':
      case 'status':
      case 'after': {
        const status = policy.kind === 'status' ? policy.status : DELIVERED;
        const delayMs = policy.kind === 'after' ? policy.delayMs : 0;
        this.#options.timers.after(delayMs, () => this.#report(submission, status));
      }
    }
  }

  #report(submission: Submission, status: number): void {
    const pdu = encodeStatusReport({
      smsc: this.#options.serviceCentre,
      reference: submission.reference,
      recipient: submission.decoded.destination,
      serviceCentreTime: this.#timestamp(submission.at),
      dischargeTime: this.#timestamp(this.#options.clock.now()),
      status,
    });
    for (const delayMs of this.#options.reportTimes?.() ?? [0]) {
      if (delayMs === 0) this.#options.report(pdu);
      else this.#options.timers.after(delayMs, () => this.#options.report(pdu));
    }
  }

  #timestamp(at: Date): string {
    return `${at.toISOString().slice(0, 19)}+00:00`;
  }
}
