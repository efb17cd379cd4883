/** Below the smallest argument limit of the engines this runs on. */
const UNITS_AT_ONCE = 8192;

/** UTF-16 big endian, two octets a code unit (3GPP TS 23.038 6.2.3). Surrogate pairs pass through as they are. */
export function encodeUcs2(text: string): readonly number[] {
  const octets: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    octets.push(unit >> 8, unit & 0xff);
  }
  return octets;
}

/**
 * The UTF-16 units of some octets; an odd last octet is dropped. Half a surrogate pair stays half a pair, so that
 * slices cut inside one can still be put together; `toWellFormed` is for text that is complete.
 */
export function decodeUcs2(octets: Uint8Array): string {
  const count = octets.length >> 1;
  if (count <= UNITS_AT_ONCE) return decodeRange(octets, 0, count);
  let text = '';
  for (let start = 0; start < count; start += UNITS_AT_ONCE) {
    text += decodeRange(octets, start, Math.min(count, start + UNITS_AT_ONCE));
  }
  return text;
}

/** Replaces halves of surrogate pairs by U+FFFD, so that the text survives UTF-8 and a database. */
export function toWellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function decodeRange(octets: Uint8Array, start: number, end: number): string {
  const units = new Array<number>(end - start);
  for (let index = start; index < end; index += 1) {
    units[index - start] = ((octets[index * 2] ?? 0) << 8) | (octets[index * 2 + 1] ?? 0);
  }
  return String.fromCharCode.apply(null, units);
}
