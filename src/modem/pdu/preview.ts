import { gsm7Width, measureGsm7 } from './gsm7.ts';
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
}

/**
 * Counts a text as it would be sent.
 *
 * @throws AppError `pdu.text_too_long` beyond 255 parts
 */
export function previewText(text: string, options: SegmentOptions = {}): MessagePreview {
  const { encoding, units, capacity, slices } = segmentText(text, options);
  const last = slices.at(-1) ?? '';
  const lastUnits = encoding === 'gsm7' ? measureGsm7(last) : last.length;
  return {
    encoding,
    units,
    partCount: slices.length,
    unitsLeft: capacity - lastUnits,
    unicodeCharacters: unicodeCharacters(text),
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
