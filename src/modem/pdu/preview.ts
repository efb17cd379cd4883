import type { NationalTables } from './choose-alphabet.ts';
import { gsm7Width, measureGsm7, nationalAlphabet } from './gsm7.ts';
import { type SegmentOptions, segmentText, type TextEncoding } from './segment.ts';

/** What a text will cost, for the counter under a message box. */
export interface MessagePreview {
  readonly encoding: TextEncoding;
  /** Septets or UTF-16 units of the text. */
  readonly units: number;
  readonly partCount: number;
  /** Units that still fit into the last part. */
  readonly unitsLeft: number;
  /** The characters that force UCS-2, each once, in order of appearance. */
  readonly unicodeCharacters: readonly string[];
  /** The characters that take two septets, each once, in order of appearance; none in UCS-2. */
  readonly doubleCharacters: readonly string[];
  /** Languages of the national tables in use, 0 for none. */
  readonly tables: NationalTables;
}

/**
 * Counts a text as it would be sent.
 *
 * @throws AppError `pdu.text_too_long` beyond 255 parts
 */
export function previewText(text: string, options: SegmentOptions = {}): MessagePreview {
  const { encoding, tables, units, capacity, slices } = segmentText(text, options);
  const alphabet = nationalAlphabet(tables.locking, tables.single);
  const last = slices.at(-1) ?? '';
  const lastUnits = encoding === 'gsm7' ? measureGsm7(last, alphabet) : last.length;
  return {
    encoding,
    units,
    partCount: slices.length,
    unitsLeft: capacity - lastUnits,
    unicodeCharacters: unicodeCharacters(text),
    doubleCharacters:
      encoding === 'gsm7' ? [...new Set(slices.join(''))].filter((each) => measureGsm7(each, alphabet) === 2) : [],
    tables,
  };
}

/** The characters (code points) that the GSM 7-bit alphabet lacks. */
function unicodeCharacters(text: string): readonly string[] {
  const found = new Set<string>();
  for (const character of text) {
    if (character.length > 1 || gsm7Width(character.charCodeAt(0)) === 0) found.add(character);
  }
  return [...found];
}
