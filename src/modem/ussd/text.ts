import { fromHex, toHex } from '../../core/bytes.ts';
import { decodeGsm7, encodeGsm7 } from '../pdu/gsm7.ts';
import { packSeptets, unpackSeptets } from '../pdu/septets.ts';
import { decodeUcs2, toWellFormed } from '../pdu/ucs2.ts';

const CR = 0x0d;
/** GSM 7-bit in the default language, 3GPP TS 23.038 5. */
export const USSD_GSM7 = 15;

/** What may stand between the quotes of AT+CUSD: anything the GSM alphabet has, but no quote and no line end. */
export function isUssdText(text: string): boolean {
  return text.length > 0 && text.length <= 182 && !/["\r\n\f\u001a\u001b]/.test(text) && encodeGsm7(text) !== undefined;
}

/**
 * A request as the modem wants it: as text, or as packed septets in hexadecimal. Seven spare bits are filled with CR
 * (3GPP TS 23.038 6.1.2.3.1), or the network would read an `@`.
 */
export function encodeUssd(text: string, packed: boolean): string {
  if (!packed) return text;
  const septets = encodeGsm7(text) ?? [];
  return toHex(Uint8Array.from(packSeptets(septets.length % 8 === 7 ? [...septets, CR] : septets)));
}

/**
 * The text of a `+CUSD`. Modems disagree on its form, so it is told by what it can be: UCS-2 in hexadecimal when the
 * coding says so, packed septets in hexadecimal when the profile knows it or nothing else makes sense of it, else text.
 */
export function decodeUssd(text: string, coding: number | undefined, packed: boolean): string {
  const octets = text.length >= 2 ? fromHex(text) : undefined;
  if (octets === undefined) return clean(text);
  if (octets.length % 2 === 0 && (isUcs2(coding) || looksLikeUcs2(octets))) return clean(decodeUcs2(octets));
  // A plain answer may consist of digits only: a balance, a code. Without a letter nothing speaks for hexadecimal.
  if (!packed && !/[a-f]/i.test(text)) return clean(text);
  const septets = unpackSeptets(octets, Math.floor((octets.length * 8) / 7));
  const unpacked = decodeGsm7(septets.at(-1) === CR && septets.length % 8 === 0 ? septets.slice(0, -1) : septets);
  return isReadable(unpacked) ? clean(unpacked) : clean(text);
}

/** Groups 01xx and 1001 carry the alphabet in bits 3-2; 0x11 is UCS-2 behind a language (23.038 5). */
function isUcs2(coding: number | undefined): boolean {
  if (coding === undefined) return false;
  const group = coding >> 4;
  return coding === 0x11 || ((group >= 4 && group < 8) || group === 9 ? (coding & 0x0c) === 0x08 : false);
}

/** Whole text in one or two blocks of the basic plane, as languages are; packed septets scatter. */
function looksLikeUcs2(octets: Uint8Array): boolean {
  if (octets.length < 4) return false;
  const high = new Set(octets.filter((_, index) => index % 2 === 0));
  return high.has(0) && high.size <= 2 && [...high].every((value) => value < 0x0e || value === 0x20);
}

const isReadable = (text: string) => text.length > 0 && !/[\u0000-\u0009\u000b\u000c\u000e-\u001f]/.test(text);

/** Some firmware sends what lay behind a NUL in its buffer. */
function clean(text: string): string {
  return toWellFormed(text.split('\u0000')[0] ?? '')
    .replaceAll('\r', '\n')
    .replace(/\n{2,}/g, '\n')
    .trim();
}
