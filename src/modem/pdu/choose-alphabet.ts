import { DEFAULT_ALPHABET, type Gsm7Alphabet, measureGsm7, nationalAlphabet } from './gsm7.ts';
import { NATIONAL_LANGUAGES } from './national-tables.ts';
import { septetCapacity } from './septets.ts';

/** Language numbers of the locking and the single shift table; 0: the default page. */
export interface NationalTables {
  readonly locking: number;
  readonly single: number;
}

export const NO_TABLES: NationalTables = { locking: 0, single: 0 };

/** An alphabet a text could travel in. */
export interface Candidate {
  readonly tables: NationalTables;
  readonly alphabet: Gsm7Alphabet;
  readonly septets: number;
  readonly parts: number;
}

/** Spanish has no locking table; its number would only cost three octets. */
const LOCKING = [0, ...NATIONAL_LANGUAGES.filter((language) => language !== 2)];
const SINGLE = [0, ...NATIONAL_LANGUAGES];

/** Octets that announcing the tables takes, in a header that is there anyway. */
export function tableOctets({ locking, single }: NationalTables): number {
  return (locking === 0 ? 0 : 3) + (single === 0 ? 0 : 3);
}

/**
 * The GSM 7-bit alphabet in which a text takes the fewest slices, national tables included (3GPP TS 23.038 annex A);
 * of equals the one with the fewest tables, then septets. Undefined when no alphabet has all its characters.
 * `concatOctets` is what the concatenation element takes.
 */
export function chooseNational(text: string, concatOctets: number): Candidate | undefined {
  const characters = [...new Set(text)].join('');
  let best: Candidate | undefined;
  for (const locking of LOCKING) {
    for (const single of SINGLE) {
      const alphabet = locking + single === 0 ? DEFAULT_ALPHABET : nationalAlphabet(locking, single);
      if (measureGsm7(characters, alphabet) < 0) continue;
      const tables = { locking, single };
      const septets = measureGsm7(text, alphabet);
      const candidate = { tables, alphabet, septets, parts: partsOf(septets, tableOctets(tables), concatOctets) };
      if (best === undefined || isBetter(candidate, best)) best = candidate;
    }
  }
  return best;
}

/** Slices at least; an ESC at a cut may make it one more. */
function partsOf(septets: number, tables: number, concatOctets: number): number {
  const alone = septetCapacity(140 - (tables === 0 ? 0 : tables + 1));
  return septets <= alone ? 1 : Math.ceil(septets / septetCapacity(140 - 1 - tables - concatOctets));
}

function isBetter(left: Candidate, right: Candidate): boolean {
  if (left.parts !== right.parts) return left.parts < right.parts;
  const [tablesLeft, tablesRight] = [tableOctets(left.tables), tableOctets(right.tables)];
  return tablesLeft === tablesRight ? left.septets < right.septets : tablesLeft < tablesRight;
}
