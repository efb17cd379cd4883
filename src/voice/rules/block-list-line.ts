import { MOST_DIGITS, toE164 } from '../../core/e164.ts';

export type BlockListLine =
  /** Digits, and `*` behind them for everybody whose number begins so. */
  | { readonly kind: 'entry'; readonly entry: string }
  /** An empty line, a comment, the names of the columns. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'problem'; readonly message: string };

const NOTHING: BlockListLine = { kind: 'nothing' };

/** How the column of the numbers is called in what telephone systems export. Any other word is told: it may be a name. */
const COLUMN =
  /^(?:phone|telephone|caller|calling|mobile|source)?[_ ]?(?:numbers?|phone|telephone|tel|mobile|caller|msisdn|e164|entry|prefix|ani|cli)$/i;

/** Fewer digits would block half the world by a slip. */
const FEWEST_DIGITS = 3;

/**
 * Reads one line of a list: the first cell of a CSV or TSV line, quoted or not. `+1 900 555-0666`, `0019005550666`, or a
 * number as it is dialled in `region`; `+1976*` stands for all numbers that begin so. `#` begins a comment. Never throws.
 */
export function readBlockListLine(line: string, region: string | undefined): BlockListLine {
  // The form most lists have is read without more ado: a million of these shall not take a minute.
  if (/^\+[1-9][0-9]{6,14}$/.test(line)) return { kind: 'entry', entry: line.slice(1) };
  const cell = /^\uFEFF?\s*(?:"([^"]*)"|([^,;\t#]*))/.exec(line);
  const text = (cell?.[1] ?? cell?.[2] ?? '').trim();
  if (text === '' || text.startsWith('#') || COLUMN.test(text)) return NOTHING;
  if (!/^[+0-9(][0-9 ().\-/]*\*?$/.test(text)) return { kind: 'problem', message: `"${shown(text)}" is no number` };
  const isPrefix = text.endsWith('*');
  const number = isPrefix ? internationalDigits(text) : toE164(text, region)?.slice(1);
  if (number === undefined) {
    const help = isPrefix ? 'write a prefix with + and country code' : 'write it in E.164, e.g. +12125550100';
    return { kind: 'problem', message: `"${shown(text)}" is no number we know; ${help}` };
  }
  if (number.length < FEWEST_DIGITS || number.length > MOST_DIGITS)
    return { kind: 'problem', message: `"${shown(text)}" has to have ${FEWEST_DIGITS} to ${MOST_DIGITS} digits` };
  return { kind: 'entry', entry: isPrefix ? `${number}*` : number };
}

/** An entry as the table of a list takes it. */
export function entryParts(entry: string): { readonly digits: string; readonly isPrefix: boolean } {
  return entry.endsWith('*') ? { digits: entry.slice(0, -1), isPrefix: true } : { digits: entry, isPrefix: false };
}

/** A prefix has no region to be read in: half a national number is not half an international one. */
function internationalDigits(text: string): string | undefined {
  const plain = text.replace(/[^+0-9]/g, '');
  if (plain.startsWith('+')) return plain.slice(1);
  return plain.startsWith('00') ? plain.slice(2) : undefined;
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
