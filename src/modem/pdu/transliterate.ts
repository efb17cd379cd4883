import { gsm7Width } from './gsm7.ts';

/** Marks that word processors put in, and letters whose accent no decomposition takes off. */
const SUBSTITUTES: ReadonlyMap<string, string> = new Map([
  ...pairs('‘’‚‛′`´', "'"),
  ...pairs('“”„‟″«»', '"'),
  ...pairs('‐‑‒–—―−', '-'),
  ...pairs('\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000', ' '),
  ...pairs('\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f', ''),
  ['…', '...'],
  ['•', '*'],
  ['©', '(c)'],
  ['®', '(r)'],
  ['™', '(tm)'],
  ['ł', 'l'],
  ['Ł', 'L'],
  ['đ', 'd'],
  ['Đ', 'D'],
  ['ð', 'd'],
  ['Ð', 'D'],
  ['þ', 'th'],
  ['Þ', 'Th'],
  ['ı', 'i'],
  ['œ', 'oe'],
  ['Œ', 'OE'],
  ...'ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX'.split(' ').map(([greek = '', latin = '']) => [greek, latin] as const),
]);

/** What stands for a character that nothing resembles. */
const UNKNOWN = '?';

/**
 * A text in which every character is one of the GSM 7-bit alphabet: typographic marks become plain ones, accents that
 * the alphabet lacks are left away, the rest is `?`. A text that was in the alphabet is unchanged.
 */
export function transliterate(text: string): string {
  let result = '';
  for (const character of text) result += fits(character) ? character : substitute(character);
  return result;
}

function substitute(character: string): string {
  const known = SUBSTITUTES.get(character);
  if (known !== undefined) return known;
  // `ő` is `o` and a mark; `ﬁ` is `fi`; a mark alone (behind a letter that has been taken over) vanishes.
  const bare = character.normalize('NFKD').replace(/\p{Mark}/gu, '');
  if (bare === '') return '';
  return [...bare].every(fits) ? bare : UNKNOWN;
}

const fits = (character: string) => character.length === 1 && gsm7Width(character.charCodeAt(0)) > 0;

function pairs(from: string, to: string): readonly (readonly [string, string])[] {
  return [...from].map((character) => [character, to]);
}
