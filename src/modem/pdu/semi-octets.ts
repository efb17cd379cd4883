import type { OctetWriter } from './writer.ts';

/** Digits of an address by nibble, 3GPP TS 23.040 9.1.2.3 (as TS 24.008 10.5.4.7); F only fills. */
const DIGITS = '0123456789*#abc';

/** The two digits of an octet, low nibble first; a filler F ends the number, so such entries are shorter. */
const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const low = DIGITS.charAt(octet & 0x0f);
  return low === '' ? '' : low + DIGITS.charAt(octet >> 4);
});

/** Nibble by character code, -1 for what is no digit of an address. */
const NIBBLES: Int8Array = Int8Array.from({ length: 128 }, (_, code) => DIGITS.indexOf(String.fromCharCode(code)));

/** The digits in the octets from `start` on: at most `count`, fewer when a filler or the end comes before. */
export function readDigits(octets: Uint8Array, start: number, count: number): string {
  const end = Math.min(octets.length, start + ((count + 1) >> 1));
  let digits = '';
  for (let index = start; index < end; index += 1) {
    const pair = PAIRS[octets[index] ?? 0xff] ?? '';
    digits += pair;
    if (pair.length < 2) break;
  }
  return digits.length > count ? digits.slice(0, count) : digits;
}

/** Whether every character from `start` on can be written as a semi-octet. */
export function areDigits(text: string, start = 0): boolean {
  for (let index = start; index < text.length; index += 1) {
    if (nibbleOf(text, index) < 0) return false;
  }
  return true;
}

/** Writes the digits from `start` on, two an octet, the last octet filled with F when their number is odd. */
export function writeDigits(writer: OctetWriter, text: string, start: number): void {
  for (let index = start; index < text.length; index += 2) {
    const high = index + 1 < text.length ? nibbleOf(text, index + 1) : 0x0f;
    writer.octet((high << 4) | nibbleOf(text, index));
  }
}

function nibbleOf(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (NIBBLES[code] ?? -1) : -1;
}
