import { AppError } from '../../core/errors.ts';
import { type Candidate, chooseNational, type NationalTables, NO_TABLES, tableOctets } from './choose-alphabet.ts';
import { DEFAULT_ALPHABET, type Gsm7Alphabet, gsm7Width, measureGsm7 } from './gsm7.ts';
import { septetCapacity } from './septets.ts';
import { transliterate } from './transliterate.ts';
import { MAX_USER_DATA_OCTETS, notGsm7 } from './user-data.ts';

/** The alphabets a text can travel in. */
export type TextEncoding = 'gsm7' | 'ucs2';

/**
 * How the alphabet is chosen. `auto`: UCS-2 only when a character forces it. `gsm7`: refused when a character does.
 * `transliterate`: such characters are replaced. `national`: national tables where they save a slice, for receivers
 * known to read them. `ucs2`: always.
 */
export const ENCODING_POLICIES = ['auto', 'gsm7', 'transliterate', 'national', 'ucs2'] as const;
export type EncodingPolicy = (typeof ENCODING_POLICIES)[number];

export interface SegmentOptions {
  /** Default `auto`. */
  readonly encoding?: EncodingPolicy;
  /** Bits of the concatenation reference; 8, which every handset reads, is the default. */
  readonly width?: 8 | 16;
}

export interface Segmentation {
  readonly encoding: TextEncoding;
  /** National tables that every slice announces; none as a rule. */
  readonly tables: NationalTables;
  /** Septets or UTF-16 units of the whole text. */
  readonly units: number;
  /** Units that one slice of this message holds: all of it when there is one slice. */
  readonly capacity: number;
  /** The text of each slice, in order; together the text (the transliterated one). One empty slice for no text. */
  readonly slices: readonly string[];
}

/** The sequence number is one octet. */
const MAX_SLICES = 255;

/** Octets of the concatenation element. */
const CONCAT_OCTETS = { 8: 5, 16: 6 } as const;

/**
 * Chooses the alphabet for the whole text and cuts it into slices that can be shown alone: never inside a character
 * behind ESC or a surrogate pair, and not inside what a reader sees as one character (a grapheme) unless it is longer
 * than a slice, or the message would need more than 255 slices otherwise. 3GPP TS 23.040 9.2.3.24.1.
 *
 * @throws AppError `pdu.text_too_long` beyond 255 slices, `pdu.text_not_gsm7` when GSM 7-bit is forced and cannot be
 */
export function segmentText(original: string, options: SegmentOptions = {}): Segmentation {
  const policy = options.encoding ?? 'auto';
  const concatOctets = CONCAT_OCTETS[options.width ?? 8];
  const text = policy === 'transliterate' ? transliterate(original) : original;
  const septets = policy === 'ucs2' ? -1 : measureGsm7(text);
  if (policy === 'gsm7' && septets < 0) throw notGsm7();
  const plain: Segmentation = septets < 0 ? inUcs2(text, concatOctets) : inGsm7(text, DEFAULT, concatOctets, septets);
  if (policy !== 'national' || plain.slices.length === 1) return plain;
  const national = chooseNational(text, concatOctets);
  if (national === undefined || national.parts >= plain.slices.length) return plain;
  const cut = inGsm7(text, national, concatOctets, national.septets);
  return cut.slices.length < plain.slices.length ? cut : plain;
}

const DEFAULT: Pick<Candidate, 'tables' | 'alphabet'> = { tables: NO_TABLES, alphabet: DEFAULT_ALPHABET };

function inGsm7(
  text: string,
  { tables, alphabet }: Pick<Candidate, 'tables' | 'alphabet'>,
  concatOctets: number,
  units: number,
): Segmentation {
  const extra = tableOctets(tables);
  const whole = capacityOf('gsm7', extra === 0 ? 0 : extra + 1);
  if (units <= whole) return { encoding: 'gsm7', tables, units, capacity: whole, slices: [text] };
  const capacity = capacityOf('gsm7', 1 + concatOctets + extra);
  // No cut can help a text that is too long in units; it is refused before it is walked through.
  if (units > capacity * MAX_SLICES) throw tooLong();
  const byUnit = (start: number) => gsm7End(text, start, capacity, alphabet);
  // Indian scripts have marks that belong to the letter before; the default alphabet has none.
  const slices = (extra === 0 ? null : cut(text, wholeGraphemes(text, byUnit))) ?? cut(text, byUnit);
  if (slices === null) throw tooLong();
  return { encoding: 'gsm7', tables, units, capacity, slices };
}

function inUcs2(text: string, concatOctets: number): Segmentation {
  const units = text.length;
  const whole = capacityOf('ucs2', 0);
  if (units <= whole) return { encoding: 'ucs2', tables: NO_TABLES, units, capacity: whole, slices: [text] };
  const capacity = capacityOf('ucs2', 1 + concatOctets);
  if (units > capacity * MAX_SLICES) throw tooLong();
  const slices = cut(text, graphemeEnd(text, capacity)) ?? cut(text, (start) => pairEnd(text, start + capacity));
  if (slices === null) throw tooLong();
  return { encoding: 'ucs2', tables: NO_TABLES, units, capacity, slices };
}

/** Units of text in one slice behind a header of so many octets. */
function capacityOf(encoding: TextEncoding, headerLength: number): number {
  const octets = MAX_USER_DATA_OCTETS - headerLength;
  return encoding === 'gsm7' ? septetCapacity(octets) : octets >> 1;
}

/** Cuts from front to back; `endOf` gives the end of the slice at `start`. Null when 255 slices do not do. */
function cut(text: string, endOf: (start: number) => number): readonly string[] | null {
  const slices: string[] = [];
  let start = 0;
  while (start < text.length) {
    if (slices.length === MAX_SLICES) return null;
    const end = endOf(start);
    slices.push(text.slice(start, end));
    start = end;
  }
  return slices;
}

/** A character behind ESC that does not fit moves to the next slice whole, and CR LF stays together. */
function gsm7End(text: string, start: number, capacity: number, alphabet: Gsm7Alphabet): number {
  let used = 0;
  let end = start;
  while (end < text.length) {
    used += gsm7Width(text.charCodeAt(end), alphabet);
    if (used > capacity) break;
    end += 1;
  }
  return end < text.length && text[end - 1] === '\r' && text[end] === '\n' ? end - 1 : end;
}

/** The same ends, moved back to the grapheme boundary before them unless one grapheme fills the slice. */
function wholeGraphemes(text: string, endOf: (start: number) => number): (start: number) => number {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text);
  return (start) => {
    const end = endOf(start);
    const boundary = end >= text.length ? text.length : (graphemes.containing(end)?.index ?? end);
    return boundary > start ? boundary : end;
  };
}

/** The end of the slice at `start` that cuts no grapheme, unless one grapheme fills the slice. */
function graphemeEnd(text: string, capacity: number): (start: number) => number {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text);
  return (start) => {
    const end = start + capacity;
    if (end >= text.length) return text.length;
    const boundary = graphemes.containing(end)?.index ?? end;
    return boundary > start ? boundary : pairEnd(text, end);
  };
}

/** The same end, or one before when it would part a surrogate pair. */
function pairEnd(text: string, end: number): number {
  if (end >= text.length) return text.length;
  return isHigh(text.charCodeAt(end - 1)) && isLow(text.charCodeAt(end)) ? end - 1 : end;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function tooLong(): AppError {
  return new AppError({
    code: 'pdu.text_too_long',
    kind: 'too_large',
    detail: 'The text needs more than 255 slices; shorten it or send it as several messages.',
  });
}
