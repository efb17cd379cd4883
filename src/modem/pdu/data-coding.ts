/** How the user data is to be read: packed septets, UTF-16BE, or octets of the application's own. */
export type PduEncoding = 'gsm7' | 'ucs2' | 'binary';

/** 0 show at once ("flash"), 1 device, 2 SIM, 3 terminal equipment. */
export type MessageClass = 0 | 1 | 2 | 3;

export interface MessageWaiting {
  readonly kind: 'voicemail' | 'fax' | 'email' | 'other';
  readonly active: boolean;
  /** Whether the text is worth keeping. */
  readonly store: boolean;
}

/** Everything TP-DCS says (3GPP TS 23.038 4). */
export interface DataCoding {
  readonly value: number;
  readonly encoding: PduEncoding;
  readonly messageClass: MessageClass | null;
  /** Compressed text is not used in practice and is handed over as octets. */
  readonly compressed: boolean;
  readonly autoDelete: boolean;
  readonly messageWaiting: MessageWaiting | null;
}

const KINDS = ['voicemail', 'fax', 'email', 'other'] as const;
const CLASSES: readonly MessageClass[] = [0, 1, 2, 3];
/** Alphabet bits 3-2 of the general groups; the reserved value reads as GSM 7-bit. */
const ALPHABETS: readonly PduEncoding[] = ['gsm7', 'binary', 'ucs2', 'gsm7'];

const TABLE: readonly DataCoding[] = Array.from({ length: 256 }, (_, value) => Object.freeze(describe(value)));

/** The meaning of a TP-DCS octet; every value has one. */
export function dataCodingOf(value: number): DataCoding {
  return TABLE[value & 0xff] ?? describe(value & 0xff);
}

/** The octet for an alphabet and an optional class: 00, 04, 08 without, 10 to 1B with one. */
export function dataCodingFor(encoding: PduEncoding, messageClass?: MessageClass): DataCoding {
  const alphabet = ALPHABETS.indexOf(encoding) << 2;
  return dataCodingOf(messageClass === undefined ? alphabet : 0x10 | alphabet | messageClass);
}

function describe(value: number): DataCoding {
  const group = value >> 4;
  if (group < 8) return general(value);
  // 1000 to 1011 are reserved: the specification has them read as plain default alphabet.
  if (group < 12) return plain(value, 'gsm7');
  if (group < 15) return waiting(value, group);
  // Bit 3 is reserved and should be 0; networks set it, and bit 2 still tells the alphabet.
  return { ...plain(value, (value & 0x04) === 0 ? 'gsm7' : 'binary'), messageClass: classOf(value) };
}

function general(value: number): DataCoding {
  return {
    ...plain(value, ALPHABETS[(value >> 2) & 3] ?? 'gsm7'),
    messageClass: (value & 0x10) === 0 ? null : classOf(value),
    compressed: (value & 0x20) !== 0,
    autoDelete: (value & 0x40) !== 0,
  };
}

function waiting(value: number, group: number): DataCoding {
  const kind = KINDS[value & 3] ?? 'other';
  return {
    ...plain(value, group === 14 ? 'ucs2' : 'gsm7'),
    messageWaiting: { kind, active: (value & 0x08) !== 0, store: group !== 12 },
  };
}

function plain(value: number, encoding: PduEncoding): DataCoding {
  return { value, encoding, messageClass: null, compressed: false, autoDelete: false, messageWaiting: null };
}

function classOf(value: number): MessageClass {
  return CLASSES[value & 3] ?? 0;
}
