import type { DeliverPdu } from './pdu.ts';
import { decodeUcs2, toWellFormed } from './ucs2.ts';
import { bodyOf } from './user-data.ts';

/** What joining needs of a slice. */
export type Slice = Pick<DeliverPdu, 'coding' | 'userData'>;

/** Slices put together, whole or as far as they came. */
export interface JoinedSlices {
  /** Null for binary messages; always well-formed. */
  readonly text: string | null;
  /** The octets of a binary message, else null. */
  readonly data: Uint8Array | null;
  readonly total: number;
  /** Sequence numbers that have not come; empty for a whole message. */
  readonly missing: readonly number[];
}

/**
 * What slices of one message have in common: the sender exactly as it came, the reference with its width, the total.
 * Not the service centre and not the time, which differ between slices. Null for a message that is no slice.
 */
export function sliceKey(pdu: Pick<DeliverPdu, 'address' | 'userData'>): string | null {
  const { concat } = pdu.userData.header;
  if (concat === null) return null;
  return `${pdu.address.typeOctet}:${pdu.address.number}/${concat.width}/${concat.reference}/${concat.total}`;
}

/**
 * Joins the slices of one message, in any order. Of slices with the same sequence number the first counts. UCS-2 is
 * joined before it is decoded, as senders cut surrogate pairs; GSM 7-bit is decoded slice by slice, as each has fill
 * bits and tables of its own. Missing slices leave a gap without a mark.
 */
export function joinSlices(slices: readonly Slice[]): JoinedSlices {
  const bySequence = new Map<number, Slice>();
  let total = 1;
  for (const slice of slices) {
    const { concat } = slice.userData.header;
    const sequence = concat?.sequence ?? 1;
    total = Math.max(total, concat?.total ?? 1);
    if (!bySequence.has(sequence)) bySequence.set(sequence, slice);
  }
  const ordered: (Slice | undefined)[] = Array.from({ length: total }, (_, index) => bySequence.get(index + 1));
  const missing = ordered.flatMap((slice, index) => (slice === undefined ? [index + 1] : []));
  const binary = slices.some((slice) => slice.userData.text === null);
  return binary
    ? {
        text: null,
        data: concatenate(ordered.flatMap((slice) => (slice ? [bodyOf(slice.userData)] : []))),
        total,
        missing,
      }
    : { text: textOf(ordered), data: null, total, missing };
}

/** Runs of neighbouring UCS-2 slices are decoded as one; a gap ends a run. */
function textOf(ordered: readonly (Slice | undefined)[]): string {
  let text = '';
  let run: Uint8Array[] = [];
  const flush = () => {
    if (run.length > 0) text += decodeUcs2(concatenate(run));
    run = [];
  };
  for (const slice of ordered) {
    if (slice?.coding.encoding === 'ucs2') {
      run.push(wholeUnits(bodyOf(slice.userData)));
      continue;
    }
    flush();
    text += slice?.userData.text ?? '';
  }
  flush();
  return toWellFormed(text);
}

/** An odd last octet would shift everything behind it. */
function wholeUnits(octets: Uint8Array): Uint8Array {
  return octets.subarray(0, octets.length & ~1);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    joined.set(part, position);
    position += part.length;
  }
  return joined;
}
