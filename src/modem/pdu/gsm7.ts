import { DEFAULT_TABLE, ESCAPE, EXTENSION_TABLE } from './gsm7-tables.ts';
import { lockingShiftTable, singleShiftTable } from './national-tables.ts';
import type { ShiftTable } from './shift-table.ts';

/** The two pages a GSM 7-bit text is written with. */
export interface Gsm7Alphabet {
  readonly main: ShiftTable;
  readonly shifted: ShiftTable;
}

/** 3GPP TS 23.038 6.2.1: what every handset reads. */
export const DEFAULT_ALPHABET: Gsm7Alphabet = { main: DEFAULT_TABLE, shifted: EXTENSION_TABLE };

/** The alphabet of a locking and a single shift language (0: none; unknown languages read as the default). */
export function nationalAlphabet(locking: number, single: number): Gsm7Alphabet {
  if (locking === 0 && single === 0) return DEFAULT_ALPHABET;
  return { main: lockingShiftTable(locking), shifted: singleShiftTable(single) };
}

/** Septets a text takes (two for a character behind ESC), or -1 when a character is on neither page. */
export function measureGsm7(text: string, alphabet: Gsm7Alphabet = DEFAULT_ALPHABET): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const width = gsm7Width(text.charCodeAt(index), alphabet);
    if (width === 0) return -1;
    count += width;
  }
  return count;
}

/** Septets of one UTF-16 unit: 1, 2 behind ESC, 0 when the alphabet lacks it. */
export function gsm7Width(unit: number, alphabet: Gsm7Alphabet = DEFAULT_ALPHABET): 0 | 1 | 2 {
  if (septetOf(alphabet.main, unit) >= 0) return 1;
  return septetOf(alphabet.shifted, unit) >= 0 ? 2 : 0;
}

/** The septets of a text, or undefined when a character is on neither page. Nothing is ever substituted. */
export function encodeGsm7(text: string, alphabet: Gsm7Alphabet = DEFAULT_ALPHABET): readonly number[] | undefined {
  const { main, shifted } = alphabet;
  const septets: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const septet = septetOf(main, unit);
    if (septet >= 0) {
      septets.push(septet);
      continue;
    }
    const behindEscape = septetOf(shifted, unit);
    if (behindEscape < 0) return undefined;
    septets.push(ESCAPE, behindEscape);
  }
  return septets;
}

/**
 * The text of some septets; every input has one. ESC at the end and ESC ESC show as a space, a code that the shifted
 * page lacks shows the main page's character (3GPP TS 23.038 6.2.1.1).
 */
export function decodeGsm7(septets: readonly number[], alphabet: Gsm7Alphabet = DEFAULT_ALPHABET): string {
  const { main, shifted } = alphabet;
  const units: number[] = [];
  for (let index = 0; index < septets.length; index += 1) {
    const septet = septets[index] ?? 0;
    if (septet !== ESCAPE) {
      units.push(main.units[septet] ?? SPACE);
      continue;
    }
    index += 1;
    const next = septets[index] ?? ESCAPE;
    units.push(shifted.units[next] || main.units[next] || SPACE);
  }
  // User data holds at most 292 septets (255 octets), far below any engine's argument limit.
  return String.fromCharCode.apply(null, units);
}

const SPACE = 0x20;

function septetOf(table: ShiftTable, unit: number): number {
  return unit < table.septets.length ? (table.septets[unit] ?? -1) : -1;
}
