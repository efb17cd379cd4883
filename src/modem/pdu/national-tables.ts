import { DEFAULT_ENTRIES, DEFAULT_TABLE, ESCAPE, EXTENSION_ENTRIES, EXTENSION_TABLE } from './gsm7-tables.ts';
import { type ShiftTable, shiftTable, type TableEntry } from './shift-table.ts';

/*
 * National language tables, 3GPP TS 23.038 annex A, as differences from the default pages. The language numbers are
 * those of the information elements 24 (single shift) and 25 (locking shift). Languages without an entry read as the
 * default, which is what the specification asks of a receiver that does not know them.
 */

const TURKISH = 1;
const SPANISH = 2;
const PORTUGUESE = 3;

const SINGLE_SHIFT: ReadonlyMap<number, ShiftTable> = new Map([
  [TURKISH, extension('47Ğ 49İ 53Ş 63ç 67ğ 69ı 73ş')],
  [SPANISH, extension('09ç 41Á 49Í 4FÓ 55Ú 61á 69í 6Fó 75ú')],
  [
    PORTUGUESE,
    extension(
      '05ê 09ç 0BÔ 0Cô 0EÁ 0Fá 12Φ 13Γ 15Ω 16Π 17Ψ 18Σ 19Θ 1FÊ 41À 49Í 4FÓ 55Ú 5BÃ 5CÕ 61Â 69í 6Fó 75ú 7Bã 7Cõ 7Fâ',
    ),
  ],
]);

const LOCKING_SHIFT: ReadonlyMap<number, ShiftTable> = new Map([
  [TURKISH, locking('04€ 07ı 0BĞ 0Cğ 1CŞ 1Dş 40İ 60ç')],
  [
    PORTUGUESE,
    locking(
      '04ê 06ú 07í 08ó 09ç 0BÔ 0Cô 0EÁ 0Fá 12ª 13Ç 14À 15∞ 16^ 17\\ 18€ 19Ó 1A| 1CÂ 1Dâ 1EÊ 24º ' +
        '40Í 5BÃ 5CÕ 5DÚ 60~ 7Bã 7Cõ 7D`',
    ),
  ],
]);

/** The page behind ESC for a language; the default extension for one that is unknown. */
export function singleShiftTable(language: number): ShiftTable {
  return SINGLE_SHIFT.get(language) ?? EXTENSION_TABLE;
}

/** The main page for a language; the default alphabet for one that is unknown or, as Spanish, has none. */
export function lockingShiftTable(language: number): ShiftTable {
  return LOCKING_SHIFT.get(language) ?? DEFAULT_TABLE;
}

function extension(differences: string): ShiftTable {
  return shiftTable([...EXTENSION_ENTRIES, ...parse(differences)]);
}

function locking(differences: string): ShiftTable {
  const entries = DEFAULT_ENTRIES.filter(([septet]) => septet !== ESCAPE);
  return shiftTable([...entries, ...parse(differences)]);
}

/** `47Ğ 49İ`: two hexadecimal digits and the character at that place. */
function parse(differences: string): readonly TableEntry[] {
  return differences.split(' ').map((entry) => [Number.parseInt(entry.slice(0, 2), 16), entry.slice(2)]);
}
