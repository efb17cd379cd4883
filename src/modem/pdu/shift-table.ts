/** One page of 128 characters, in both directions. All characters of TS 23.038 are single UTF-16 units. */
export interface ShiftTable {
  /** UTF-16 unit by septet; 0 where the page has no character. */
  readonly units: Uint16Array;
  /** Septet by UTF-16 unit, -1 where the page lacks it; units from `septets.length` on are never on a page. */
  readonly septets: Int8Array;
}

/** A place on a page and the character there. */
export type TableEntry = readonly [septet: number, character: string];

/** Just above U+221E, the highest character of the tables (Portuguese locking shift). */
const HIGHEST_UNIT = 0x2220;

/** A page from its entries; later entries replace earlier ones, so a national table is "the default, but". */
export function shiftTable(entries: readonly TableEntry[]): ShiftTable {
  const units = new Uint16Array(128);
  const septets = new Int8Array(HIGHEST_UNIT).fill(-1);
  for (const [septet, character] of entries) units[septet] = character.charCodeAt(0);
  units.forEach((unit, septet) => {
    if (unit !== 0) septets[unit] = septet;
  });
  return { units, septets };
}
