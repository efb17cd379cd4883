import { DEFAULT_ALPHABET, type Gsm7Alphabet, nationalAlphabet } from './gsm7.ts';

/** One element of the user data header, as it came (3GPP TS 23.040 9.2.3.24). */
export interface InformationElement {
  readonly id: number;
  readonly data: Uint8Array;
}

/** A slice's place in a long message. `reference` is 8 or 16 bits wide, and the two are different name spaces. */
export interface Concatenation {
  readonly reference: number;
  readonly total: number;
  readonly sequence: number;
  readonly width: 8 | 16;
}

/** Application port addressing, e.g. 2948 for WAP push. */
export interface Ports {
  readonly destination: number;
  readonly source: number;
  readonly width: 8 | 16;
}

/** Special SMS message indication: so many voice mails, faxes… wait (TS 23.040 9.2.3.24.2). */
export interface MessageIndication {
  readonly kind: 'voicemail' | 'fax' | 'email' | 'other' | 'video';
  /** 0 puts the lamp out, 255 is 255 or more. */
  readonly count: number;
  /** Whether the text is worth keeping. */
  readonly store: boolean;
}

export interface UserDataHeader {
  /** Octets of the header with its length octet; 0 when there is none. */
  readonly length: number;
  readonly elements: readonly InformationElement[];
  readonly concat: Concatenation | null;
  readonly ports: Ports | null;
  readonly indications: readonly MessageIndication[];
  readonly alphabet: Gsm7Alphabet;
  /** An element runs over the end: nothing the header says about the message is believed. */
  readonly malformed: boolean;
}

const CONCAT_8 = 0x00;
const SPECIAL_INDICATION = 0x01;
const INDICATED = ['voicemail', 'fax', 'email', 'other'] as const;
const PORTS_8 = 0x04;
const PORTS_16 = 0x05;
const CONCAT_16 = 0x08;
const SINGLE_SHIFT = 0x24;
const LOCKING_SHIFT = 0x25;

export const NO_HEADER: UserDataHeader = {
  length: 0,
  elements: [],
  concat: null,
  ports: null,
  indications: [],
  alphabet: DEFAULT_ALPHABET,
  malformed: false,
};

/** Reads the header at the start of the user data; null when it is longer than the user data. */
export function readHeader(userData: Uint8Array): UserDataHeader | null {
  const length = (userData[0] ?? 0xff) + 1;
  if (length > userData.length) return null;
  const elements: InformationElement[] = [];
  let position = 1;
  while (position + 2 <= length) {
    const end = position + 2 + (userData[position + 1] ?? 0);
    if (end > length) break;
    elements.push({ id: userData[position] ?? 0, data: userData.subarray(position + 2, end) });
    position = end;
  }
  if (position !== length) return { ...NO_HEADER, length, elements, malformed: true };
  return { ...meaningOf(elements), length, elements, malformed: false };
}

/** The octets of a header with its length octet; none for an empty list. */
export function headerOctets(elements: readonly InformationElement[]): Uint8Array {
  if (elements.length === 0) return new Uint8Array(0);
  const length = elements.reduce((sum, element) => sum + 2 + element.data.length, 0);
  const octets = new Uint8Array(1 + length);
  octets[0] = length;
  let position = 1;
  for (const { id, data } of elements) {
    octets[position] = id;
    octets[position + 1] = data.length;
    octets.set(data, position + 2);
    position += 2 + data.length;
  }
  return octets;
}

/** The element that says which slice this is. */
export function concatElement(concat: Concatenation): InformationElement {
  const { reference, total, sequence } = concat;
  return concat.width === 8
    ? { id: CONCAT_8, data: Uint8Array.of(reference, total, sequence) }
    : { id: CONCAT_16, data: Uint8Array.of(reference >> 8, reference & 0xff, total, sequence) };
}

/** The element that addresses applications by port. */
export function portsElement({ destination, source, width }: Ports): InformationElement {
  return width === 8
    ? { id: PORTS_8, data: Uint8Array.of(destination, source) }
    : { id: PORTS_16, data: Uint8Array.of(destination >> 8, destination & 0xff, source >> 8, source & 0xff) };
}

/** The elements that announce national tables; only for receivers known to read them. */
export function nationalElements(locking: number, single: number): readonly InformationElement[] {
  const elements: InformationElement[] = [];
  if (single !== 0) elements.push({ id: SINGLE_SHIFT, data: Uint8Array.of(single) });
  if (locking !== 0) elements.push({ id: LOCKING_SHIFT, data: Uint8Array.of(locking) });
  return elements;
}

/** What the elements say together: of those that exclude each other or repeat, the last valid one counts. */
export function meaningOf(elements: readonly InformationElement[]): {
  readonly concat: Concatenation | null;
  readonly ports: Ports | null;
  readonly indications: readonly MessageIndication[];
  readonly alphabet: Gsm7Alphabet;
} {
  let concat: Concatenation | null = null;
  let ports: Ports | null = null;
  let indications: readonly MessageIndication[] = NO_INDICATIONS;
  let locking = 0;
  let single = 0;
  for (const { id, data } of elements) {
    const [first = 0, second = 0, third = 0, fourth = 0] = data;
    if (id === CONCAT_8 && data.length === 3) concat = validConcat(first, second, third, 8) ?? concat;
    else if (id === CONCAT_16 && data.length === 4) {
      concat = validConcat((first << 8) | second, third, fourth, 16) ?? concat;
    } else if (id === PORTS_8 && data.length === 2) ports = { destination: first, source: second, width: 8 };
    else if (id === PORTS_16 && data.length === 4) {
      ports = { destination: (first << 8) | second, source: (third << 8) | fourth, width: 16 };
    } else if (id === SPECIAL_INDICATION && data.length === 2) {
      indications = [...indications, indicationOf(first, second)];
    } else if (id === SINGLE_SHIFT && data.length === 1) single = first;
    else if (id === LOCKING_SHIFT && data.length === 1) locking = first;
  }
  return { concat, ports, indications, alphabet: nationalAlphabet(locking, single) };
}

const NO_INDICATIONS: readonly MessageIndication[] = [];

/** Bit 7 stores, bits 4-2 extend `other` (1: video), bits 1-0 are the kind; profile bits 6-5 are for phones. */
function indicationOf(type: number, count: number): MessageIndication {
  const isVideo = (type & 0x1f) === 0x07;
  return { kind: isVideo ? 'video' : (INDICATED[type & 3] ?? 'other'), count, store: (type & 0x80) !== 0 };
}

/** TS 23.040 9.2.3.24.1: an element with total 0, sequence 0 or a sequence above the total is ignored. */
function validConcat(reference: number, total: number, sequence: number, width: 8 | 16): Concatenation | null {
  return sequence === 0 || sequence > total ? null : { reference, total, sequence, width };
}
