import type { ModemSnapshot } from './snapshot.ts';

/** Something that happened to a modem and that a person may want to read about later. */
export interface ModemEvent {
  readonly kind: ModemEventKind;
  /** In words. */
  readonly detail: string;
  readonly data?: Readonly<Record<string, string | number | boolean | null>>;
}

export type ModemEventKind =
  | 'ready'
  | 'lost'
  | 'restarted'
  | 'reset'
  | 'sim'
  | 'storage-full'
  | 'missed-call'
  | 'broadcast'
  | 'ussd'
  | 'ussd-ended'
  | 'found';

/** States in which a modem is on its way, not in trouble. */
const UNDERWAY = ['opening', 'initialising', 'registering', 'resetting'];

/**
 * The one event of an outage and the one of its end: `lost` when a modem stops being ready, or turns out not to become
 * it; `ready` when it is. `told` is the last of them.
 */
export function outageEvent(
  before: ModemSnapshot,
  after: ModemSnapshot,
  told: 'ready' | 'lost' | undefined,
): (ModemEvent & { readonly kind: 'ready' | 'lost' }) | undefined {
  if (after.state === 'ready') {
    return told === 'ready' ? undefined : { kind: 'ready', detail: readyWords(after) };
  }
  if (told === 'lost' || after.state === 'closed') return undefined;
  const wasReady = before.state === 'ready';
  // A SIM that wants its PIN is about to get it; what comes of that has a cause.
  const isUnderway = UNDERWAY.includes(after.state) || (after.state === 'pin' && after.cause === undefined);
  if (!wasReady && isUnderway) return undefined;
  const why = after.cause ?? after.state;
  return { kind: 'lost', detail: why, data: { state: after.state } };
}

function readyWords({ operator, signalDbm, imei }: ModemSnapshot): string {
  const facts = [operator, signalDbm === undefined ? undefined : `${signalDbm} dBm`, imei && `IMEI ${imei}`];
  const known = facts.filter((fact) => fact !== undefined && fact !== '');
  return known.length === 0 ? 'ready' : `ready: ${known.join(', ')}`;
}
