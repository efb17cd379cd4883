import { longestPrefix, type PrefixTable, prefixTable } from '../prefix-table.ts';

/**
 * Where fraud earns its money: numbers that pay whoever is called, and satellite networks, by digits without `+`. Sources:
 * the ITU-T list of E.164 assigned country codes for global services, and the national numbering plans that regulators
 * present to the ITU (E.129). Not every country is in it; the whitelist is what really opens a country.
 */
const PREFIXES: readonly (readonly [what: string, prefixes: string])[] = [
  ['a satellite network', '870 881'],
  ['an international network', '882 883'],
  ['international premium rate', '979'],
  ['a personal number', '4470'],
  ['premium rate', '1900 449 49900 49137 3389 43900 43901 43930 43931 43939 41900 41901 41906 3290 31900 31906 31909'],
  ['premium rate', '34803 34806 34807 34905 34907 39892 39894 39895 39899 30901 30909 3690 40900 40903 40906 35990'],
  ['premium rate', '4590 46900 46939 46944 4782 358600 358700 48700 48701 48703 48704 48708 420900 420906 420909'],
  ['premium rate', '421900 380900 90900 9721900 61190 64900 81990 651900 55900 52900'],
];

const TABLE: PrefixTable<string> = prefixTable(
  PREFIXES.flatMap(([what, prefixes]) => prefixes.split(' ').map((prefix) => [prefix, what] as const)),
);

/** What makes calls to this E.164 number expensive (`premium rate`, `a satellite network`, …), or undefined. */
export function premiumKindOf(e164: string): string | undefined {
  return longestPrefix(TABLE, e164.slice(1));
}
