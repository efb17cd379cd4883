/*
 * 3GPP TS 23.038 6.1.2.1.1: septet i occupies bits 7i..7i+6 of the bit string, least significant bit first. After a
 * user data header the first septet starts at the next septet boundary, behind 0 to 6 fill bits (TS 23.040 9.2.3.24).
 *
 * What is only passed on is a plain array: an ArrayBuffer beyond 64 octets lives outside V8's heap, and making one took
 * longer than packing a whole message.
 */

/** Octets that hold so many septets behind so many fill bits; without septets there is nothing to fill up to. */
export function packedLength(septetCount: number, fillBits = 0): number {
  return septetCount === 0 ? 0 : (septetCount * 7 + fillBits + 7) >> 3;
}

/** Whole septets that fit into so many octets. */
export function septetCapacity(octetCount: number): number {
  return Math.floor((octetCount * 8) / 7);
}

/** Fill bits between a header of so many octets (its length octet included) and the first septet of text. */
export function fillBitsAfter(headerOctets: number): number {
  return (7 - ((headerOctets * 8) % 7)) % 7;
}

/** Septets that a header of so many octets counts for in TP-UDL, its fill bits included. */
export function septetsOfHeader(headerOctets: number): number {
  return Math.ceil((headerOctets * 8) / 7);
}

/** Packs septets (values 0..127) behind `fillBits` zero bits. */
export function packSeptets(septets: readonly number[], fillBits = 0): readonly number[] {
  const packed: number[] = [];
  let pending = 0;
  let pendingBits = fillBits;
  for (let index = 0; index < septets.length; index += 1) {
    pending |= (septets[index] ?? 0) << pendingBits;
    pendingBits += 7;
    if (pendingBits >= 8) {
      packed.push(pending & 0xff);
      pending >>= 8;
      pendingBits -= 8;
    }
  }
  if (pendingBits > 0 && septets.length > 0) packed.push(pending);
  return packed;
}

/**
 * Unpacks exactly `count` septets, skipping `fillBits` bits first; fewer when the octets end before. Only the count
 * tells a final `@` (septet 0) from seven spare bits, so it is never guessed from the octets.
 */
export function unpackSeptets(octets: Uint8Array, count: number, fillBits = 0): readonly number[] {
  const available = Math.min(count, Math.floor((octets.length * 8 - fillBits) / 7));
  const septets: number[] = [];
  let pending = (octets[0] ?? 0) >> fillBits;
  let pendingBits = 8 - fillBits;
  let position = 1;
  while (septets.length < available) {
    if (pendingBits < 7) {
      pending |= (octets[position] ?? 0) << pendingBits;
      pendingBits += 8;
      position += 1;
    }
    septets.push(pending & 0x7f);
    pending >>= 7;
    pendingBits -= 7;
  }
  return septets;
}
