import { DEFAULT_ENTRIES, DEFAULT_TABLE, ESCAPE, EXTENSION_ENTRIES, EXTENSION_TABLE } from './gsm7-tables.ts';
import { INDIC_RUNS } from './indic-tables.ts';
import { type ShiftTable, shiftTable, type TableEntry } from './shift-table.ts';

/*
 * National language tables, 3GPP TS 23.038 annex A: Turkish, Spanish and Portuguese as differences from the default
 * pages, the Indian languages as what they share and their own. The language numbers are
 * those of the information elements 24 (single shift) and 25 (locking shift). Languages without an entry read as the
 * default, which is what the specification asks of a receiver that does not know them.
 */

/** Every language that has a table, as numbers of the information elements. */
export const NATIONAL_LANGUAGES: readonly number[] = Array.from({ length: 13 }, (_, index) => index + 1);

const TURKISH = 1;
const SPANISH = 2;
const PORTUGUESE = 3;

/** What the Indian tables share: digits, Latin small letters and the marks between them… */
const INDIC_LOCKING: readonly TableEntry[] = [
  ...runs('0A:000A 0D:000D 20:0020-0021 28:0029 29:0028 2C:002C 2E:002E 30:0030-003B 3F:003F 61:0061-007A'),
];

/** …and behind ESC marks, brackets and Latin capitals. */
const INDIC_SINGLE: readonly TableEntry[] = [
  ...runs('00:0040 01:00A3 02:0024 03:00A5 04:00BF 05:0022 06:00A4 07:0025-0027 0A:000C 0B:002A-002B 0D:000D 0E:002D'),
  ...runs('0F:002F 10:003C-003E 13:00A1 14:005E 15:00A1 16:005F 17:0023 18:002A 28:007B 29:007D 2F:005C 3C:005B'),
  ...runs('3D:007E 3E:005D 40:007C 41:0041-005A 65:20AC'),
];

const SINGLE_SHIFT: ReadonlyMap<number, ShiftTable> = new Map([
  [TURKISH, extension('47Ğ 49İ 53Ş 63ç 67ğ 69ı 73ş')],
  [SPANISH, extension('09ç 41Á 49Í 4FÓ 55Ú 61á 69í 6Fó 75ú')],
  ...INDIC_RUNS.map(({ language, single }): [number, ShiftTable] => [language, indic(INDIC_SINGLE, single)]),
  [
    PORTUGUESE,
    extension(
      '05ê 09ç 0BÔ 0Cô 0EÁ 0Fá 12Φ 13Γ 15Ω 16Π 17Ψ 18Σ 19Θ 1FÊ 41À 49Í 4FÓ 55Ú 5BÃ 5CÕ 61Â 69í 6Fó 75ú 7Bã 7Cõ 7Fâ',
    ),
  ],
]);

const LOCKING_SHIFT: ReadonlyMap<number, ShiftTable> = new Map([
  ...INDIC_RUNS.map(({ language, locking: runs }): [number, ShiftTable] => [language, indic(INDIC_LOCKING, runs)]),
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

function indic(shared: readonly TableEntry[], own: string): ShiftTable {
  return shiftTable([...shared, ...runs(own)]);
}

/** `1C:0966-096F`: consecutive places and code points. */
function runs(text: string): readonly TableEntry[] {
  return text.split(' ').flatMap((run) => {
    const [place = 0, first = 0, last = first] = run.split(/[:-]/).map((digits) => Number.parseInt(digits, 16));
    return Array.from(
      { length: last - first + 1 },
      (_, offset): TableEntry => [place + offset, String.fromCharCode(first + offset)],
    );
  });
}
