import type { Json } from './wire.ts';

/** One callback on its way. */
export interface Delivery {
  readonly kind: 'session' | 'cdr' | 'recording';
  readonly body: Json;
  /** Where a document wants it; absent where the settings of the domain say so. */
  readonly url?: string;
}

/** The same, with when it leaves and in what form. */
export interface ScheduledDelivery extends Omit<Delivery, 'body'> {
  readonly body: unknown;
  readonly afterMs: number;
}

export interface DisorderOptions {
  /** Callbacks overtake each other, come late, in arrays, in capitals; some ringing is never told. */
  readonly disorder: boolean;
  /** Some callbacks come twice. */
  readonly duplicates: boolean;
  /** How late a callback may be. */
  readonly latestMs: number;
}

const TWICE = 0.3;
const IN_AN_ARRAY = 0.2;
const OTHER_CASE = 0.3;
const NEVER_TOLD = 0.3;

/**
 * What of a callback is sent, when, and how: everything that was seen of the platform (reference/cloudonix.md 3.1, 3.3 and
 * 6). Only news that does not count for the end of a call is ever lost.
 */
export function scheduled(delivery: Delivery, options: DisorderOptions, random: () => number): ScheduledDelivery[] {
  const { kind } = delivery;
  const late = () => (options.disorder ? random() * options.latestMs : 0);
  if (options.disorder && kind === 'session' && isRinging(delivery.body) && random() < NEVER_TOLD) return [];
  const body = options.disorder ? disguised(delivery, random) : delivery.body;
  const first = { ...delivery, body, afterMs: late() };
  return options.duplicates && random() < TWICE
    ? [first, { ...first, afterMs: first.afterMs + random() * options.latestMs }]
    : [first];
}

function disguised({ kind, body }: Delivery, random: () => number): unknown {
  if (kind !== 'session') return body;
  const { status } = body;
  const spelled =
    typeof status === 'string' && random() < OTHER_CASE
      ? { ...body, status: status === status.toLowerCase() ? status.toUpperCase() : status.toLowerCase() }
      : body;
  return random() < IN_AN_ARRAY ? [spelled] : spelled;
}

function isRinging({ status }: Json): boolean {
  return status === 'ringing';
}
