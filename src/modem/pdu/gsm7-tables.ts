import { shiftTable, type TableEntry } from './shift-table.ts';

/** The septet that announces one character of the extension (or single shift) table. */
export const ESCAPE = 0x1b;

/** GSM 7-bit default alphabet, 3GPP TS 23.038 6.2.1; ESC (1B) stands for itself and never becomes text. */
export const DEFAULT_ENTRIES: readonly TableEntry[] = entriesOf(
  '@£$¥èéùìòÇ\nØø\rÅå' +
    'Δ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ' +
    ' !"#¤%&\'()*+,-./' +
    '0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNO' +
    'PQRSTUVWXYZÄÖÑÜ§' +
    '¿abcdefghijklmno' +
    'pqrstuvwxyzäöñüà',
);

/** Default extension table, 3GPP TS 23.038 6.2.1.1. */
export const EXTENSION_ENTRIES: readonly TableEntry[] = [
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
];

export const DEFAULT_TABLE = shiftTable(withoutEscape(DEFAULT_ENTRIES));
export const EXTENSION_TABLE = shiftTable(EXTENSION_ENTRIES);

function entriesOf(page: string): readonly TableEntry[] {
  return Array.from(page, (character, septet): TableEntry => [septet, character]);
}

/** ESC is a signal: U+001B in a text must count as a character the alphabet lacks. */
function withoutEscape(entries: readonly TableEntry[]): readonly TableEntry[] {
  return entries.filter(([septet]) => septet !== ESCAPE);
}
