/**
 * What TP-PID asks for beyond plain delivery (3GPP TS 23.040 9.2.3.9). `silent`: acknowledge, show nothing. `replace`:
 * takes the place of the message before with the same type, sender and service centre. `interworking`: comes from or
 * goes to another service (telex, fax, mail), by its number.
 */
export type Protocol =
  | { readonly kind: 'plain' }
  | { readonly kind: 'interworking'; readonly device: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'replace'; readonly type: 1 | 2 | 3 | 4 | 5 | 6 | 7 }
  | { readonly kind: 'return-call' }
  | { readonly kind: 'device-triggering' }
  | { readonly kind: 'enhanced-message' }
  | { readonly kind: 'ansi-136' }
  | { readonly kind: 'modem-download' }
  | { readonly kind: 'depersonalisation' }
  | { readonly kind: 'sim-download' }
  /** Reserved, or the service centre's own: to be received as a plain message. */
  | { readonly kind: 'other'; readonly value: number };

const REPLACE_TYPES = [1, 2, 3, 4, 5, 6, 7] as const;

const NAMED: ReadonlyMap<number, Protocol> = new Map<number, Protocol>([
  [0x40, { kind: 'silent' }],
  ...REPLACE_TYPES.map((type): [number, Protocol] => [0x40 + type, { kind: 'replace', type }]),
  [0x48, { kind: 'device-triggering' }],
  [0x5e, { kind: 'enhanced-message' }],
  [0x5f, { kind: 'return-call' }],
  [0x7c, { kind: 'ansi-136' }],
  [0x7d, { kind: 'modem-download' }],
  [0x7e, { kind: 'depersonalisation' }],
  [0x7f, { kind: 'sim-download' }],
]);

/** The meaning of a TP-PID octet; every value has one. */
export function protocolOf(pid: number): Protocol {
  const value = pid & 0xff;
  const named = NAMED.get(value);
  if (named !== undefined) return named;
  if (value >= 0x20 && value < 0x40) return { kind: 'interworking', device: value & 0x1f };
  // 01 to 1F name the protocol between centre and device; for the text they change nothing.
  return value < 0x20 ? { kind: 'plain' } : { kind: 'other', value };
}
