import type { IndicationRanges } from './parse-replies.ts';

/**
 * Settings of +CNMI, best first (3GPP TS 27.005 3.4.1): messages stored and announced (mt 1), because routed ones are
 * lost while nobody listens; reports routed (ds 1), or stored where the modem announces ds 1 and refuses it, or none.
 */
const PREFERRED: readonly (readonly number[])[] = [
  [2, 1, 0, 1, 0],
  [2, 1, 0, 2, 0],
  [2, 1, 0, 0, 0],
  [1, 1, 0, 1, 0],
  [1, 1, 0, 2, 0],
  [3, 1, 0, 1, 0],
];

/** For modems that know no more than two places. */
const SHORT: readonly (readonly number[])[] = [
  [2, 1],
  [1, 1],
  [3, 1],
];

const PLACES = ['mode', 'mt', 'bm', 'ds', 'bfr'] as const;

/**
 * The settings worth trying on a modem that told these ranges (or none). Excluded ones are left out; where the last
 * value may only be 1 (Cinterion) it is. Without ranges every setting is tried, then again with a 1 at the end, then the
 * short forms.
 */
export function indicationCandidates(ranges: IndicationRanges | undefined): readonly (readonly number[])[] {
  const clearing = PREFERRED.map((setting) => [...setting.slice(0, 4), 1]);
  const everything = [...PREFERRED, ...clearing, ...SHORT];
  if (ranges === undefined) return everything;
  const allowed = everything.filter((setting) =>
    setting.every((value, place) => {
      const range = ranges[PLACES[place] ?? 'mode'];
      return range.length === 0 || range.includes(value);
    }),
  );
  // Ranges that exclude everything are more likely wrong than the modem useless.
  return allowed.length === 0 ? everything : allowed;
}
