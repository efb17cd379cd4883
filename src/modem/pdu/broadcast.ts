import { fromHex } from '../../core/bytes.ts';
import { decodeGsm7 } from './gsm7.ts';
import { septetCapacity, unpackSeptets } from './septets.ts';
import { decodeUcs2, toWellFormed } from './ucs2.ts';

/** One page of a cell broadcast message (3GPP TS 23.041 9.4.1). */
export interface BroadcastPage {
  /** Changes when the text does; with `topic` it tells repeats apart. */
  readonly serial: number;
  /** What it is about: 50 area codes, 919 and 4370 to 4395 public warnings. */
  readonly topic: number;
  readonly page: number;
  readonly pages: number;
  /** Null for data. */
  readonly text: string | null;
}

const HEADER_OCTETS = 6;

/** Reads a page as +CBM gives it, or undefined when it is none. Total: never throws. */
export function decodeBroadcast(hex: string): BroadcastPage | undefined {
  const octets = fromHex(hex);
  if (octets === undefined || octets.length <= HEADER_OCTETS || octets.length > 88) return undefined;
  const [serialHigh = 0, serialLow = 0, topicHigh = 0, topicLow = 0, coding = 0, pages = 0] = octets;
  return {
    serial: (serialHigh << 8) | serialLow,
    topic: (topicHigh << 8) | topicLow,
    // 0 means 1 of 1 (9.4.1.2.4).
    page: Math.max(1, pages >> 4),
    pages: Math.max(1, pages & 0x0f),
    text: textOf(octets.subarray(HEADER_OCTETS), coding),
  };
}

/** Broadcast coding groups, TS 23.038 5: the ones that carry an alphabet in bits 3-2, and the language groups. */
function textOf(body: Uint8Array, coding: number): string | null {
  const group = coding >> 4;
  // A language of two letters in front: three characters of text, two octets of UCS-2.
  if (coding === 0x11) return padless(decodeUcs2(body.subarray(2)));
  const general = (group >= 4 && group < 8) || group === 9;
  const alphabet = general ? (coding >> 2) & 3 : group === 15 ? (coding >> 2) & 1 : 0;
  if (alphabet === 1) return null;
  if (alphabet === 2) return padless(decodeUcs2(body));
  const text = decodeGsm7(unpackSeptets(body, septetCapacity(body.length)));
  return padless(coding === 0x10 ? text.slice(3) : text);
}

/** Pages are filled up with CR. */
function padless(text: string): string {
  return toWellFormed(text).replace(/[\r\n\0]+$/, '');
}
