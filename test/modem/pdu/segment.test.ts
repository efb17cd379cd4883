import { describe, expect, it } from 'vitest';
import { previewText } from '../../../src/modem/pdu/preview.ts';
import { type SegmentOptions, segmentText } from '../../../src/modem/pdu/segment.ts';

const lengths = (text: string, options?: SegmentOptions) => segmentText(text, options).slices.map((s) => s.length);

describe('where a text is cut', () => {
  it.each([
    ['160 septets stay whole', 'x'.repeat(160), 8, [160]],
    ['161 are cut at 153', 'x'.repeat(161), 8, [153, 8]],
    ['with 16 bits at 152', 'x'.repeat(161), 16, [152, 9]],
    ['70 units stay whole', 'Ж'.repeat(70), 8, [70]],
    ['71 are cut at 67', 'Ж'.repeat(71), 8, [67, 4]],
    ['with 16 bits at 66', 'Ж'.repeat(71), 16, [66, 5]],
    ['an empty text is one empty slice', '', 8, [0]],
  ] as const)('%s', (_, text, width, expected) => {
    expect(lengths(text, { width })).toEqual(expected);
  });

  it('never between ESC and its character: the escape moves to the next slice', () => {
    expect(lengths(`${'x'.repeat(152)}{${'y'.repeat(20)}`)).toEqual([152, 21]);
  });

  it('never inside a surrogate pair', () => {
    expect(lengths(`${'Ж'.repeat(66)}😀${'Ж'.repeat(10)}`)).toEqual([66, 12]);
  });

  it.each([
    ['a letter with a combining mark', 'е\u0301'],
    ['a family joined by ZWJ', '👨‍👩‍👧‍👦'],
    ['a flag', '🇦🇹'],
    ['a skin tone', '👍🏽'],
  ])('not inside %s', (_, grapheme) => {
    const text = `${'Ж'.repeat(66)}${grapheme}${'Ж'.repeat(10)}`;
    expect(segmentText(text).slices[1]).toBe(`${grapheme}${'Ж'.repeat(10)}`);
  });

  it('not between CR and LF', () => {
    expect(lengths(`${'x'.repeat(152)}\r\n${'y'.repeat(20)}`)).toEqual([152, 22]);
  });

  it('a grapheme longer than a slice is cut between its characters', () => {
    const text = `e${'\u0301'.repeat(150)}`;
    expect(lengths(text)).toEqual([67, 67, 17]);
  });

  it('graphemes are cut when the message would not fit into 255 slices otherwise', () => {
    const accented = 'е\u0301';
    expect(lengths(accented.repeat(255 * 33)).every((length) => length === 66)).toBe(true);
    expect(lengths(accented.repeat(255 * 33 + 1))).toHaveLength(252);
  });
});

describe('the alphabet', () => {
  it('one character beyond GSM 7-bit changes the whole message', () => {
    expect(segmentText(`${'x'.repeat(100)}Ж`)).toMatchObject({ encoding: 'ucs2', units: 101 });
  });

  it('can be forced to UCS-2', () => {
    expect(segmentText('abc', { encoding: 'ucs2' }).encoding).toBe('ucs2');
  });

  it('forced to GSM 7-bit refuses what it lacks', () => {
    expect(() => segmentText('ж', { encoding: 'gsm7' })).toThrowError(
      expect.objectContaining({ code: 'pdu.text_not_gsm7', kind: 'invalid' }),
    );
  });
});

describe('the bound of 255 slices', () => {
  it.each([
    ['septets, 8 bits', 'A', 39_015, 8],
    ['septets, 16 bits', 'A', 38_760, 16],
    ['units, 8 bits', 'Ж', 17_085, 8],
    ['units, 16 bits', 'Ж', 16_830, 16],
  ] as const)('%s', (_, character, most, width) => {
    expect(segmentText(character.repeat(most), { width }).slices).toHaveLength(255);
    expect(() => segmentText(character.repeat(most + 1), { width })).toThrowError(
      expect.objectContaining({ code: 'pdu.text_too_long', kind: 'too_large' }),
    );
  });

  it('counts the septets lost at escapes', () => {
    // 153 is odd: each slice of escaped characters holds 76 of them and leaves one septet unused.
    expect(segmentText('€'.repeat(76 * 255)).slices).toHaveLength(255);
    expect(() => segmentText('€'.repeat(76 * 255 + 1))).toThrowError(
      expect.objectContaining({ code: 'pdu.text_too_long' }),
    );
  });
});

describe('the preview', () => {
  it('counts down to the next part', () => {
    expect(previewText('Hello')).toEqual({
      encoding: 'gsm7',
      units: 5,
      partCount: 1,
      unitsLeft: 155,
      unicodeCharacters: [],
      doubleCharacters: [],
      tables: { locking: 0, single: 0 },
    });
    expect(previewText('x'.repeat(161))).toMatchObject({ partCount: 2, unitsLeft: 145 });
    expect(previewText('{'.repeat(3))).toMatchObject({ units: 6, unitsLeft: 154 });
  });

  it('names each character that forces UCS-2 once, in order', () => {
    expect(previewText('naïve 😀 ç 😀 €')).toMatchObject({
      encoding: 'ucs2',
      unicodeCharacters: ['ï', '😀', 'ç'],
    });
  });

  it('an empty text is one part', () => {
    expect(previewText('')).toMatchObject({ units: 0, partCount: 1, unitsLeft: 160 });
  });
});
