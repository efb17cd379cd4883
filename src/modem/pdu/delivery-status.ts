/** What a status report means for the slice it speaks of. */
export type DeliveryOutcome = 'delivered' | 'pending' | 'failed';

/** TP-ST read (3GPP TS 23.040 9.2.3.15). */
export interface DeliveryStatus {
  readonly outcome: DeliveryOutcome;
  /** For the operator; the numbers between and beyond the named ones belong to the service centre. */
  readonly meaning: string;
}

const TRANSIENT: readonly string[] = [
  'congestion',
  'recipient busy',
  'no response from recipient',
  'service rejected',
  'quality of service not available',
  'error in recipient',
];

const MEANINGS: ReadonlyMap<number, string> = new Map<number, string>([
  [0x00, 'received by the recipient'],
  [0x01, 'forwarded, delivery cannot be confirmed'],
  [0x02, 'replaced by the service centre'],
  ...TRANSIENT.map((meaning, index): [number, string] => [0x20 + index, meaning]),
  [0x30, 'stored, phone switched off'],
  [0x40, 'remote procedure error'],
  [0x41, 'incompatible destination'],
  [0x42, 'connection rejected by recipient'],
  [0x43, 'not obtainable'],
  [0x44, 'quality of service not available'],
  [0x45, 'no interworking available'],
  [0x46, 'validity period expired'],
  [0x47, 'deleted by sender'],
  [0x48, 'deleted by service centre'],
  [0x49, 'message does not exist'],
  ...TRANSIENT.map((meaning, index): [number, string] => [0x60 + index, meaning]),
]);

const BY_OUTCOME: Readonly<Record<DeliveryOutcome, string>> = {
  delivered: 'transaction completed',
  pending: 'service centre still trying',
  failed: 'service centre gave up',
};

/** The outcome of a TP-ST octet: 00-1F delivered, 20-3F pending, from 40 on final failures, reserved ones included. */
export function outcomeOf(status: number): DeliveryOutcome {
  if (status < 0x20) return 'delivered';
  return status < 0x40 ? 'pending' : 'failed';
}

/** Outcome and a phrase for every TP-ST octet. */
export function deliveryStatusOf(status: number): DeliveryStatus {
  const outcome = outcomeOf(status);
  return { outcome, meaning: MEANINGS.get(status) ?? BY_OUTCOME[outcome] };
}
