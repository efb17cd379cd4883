import { describe, expect, it } from 'vitest';
import { decodeGsm7, encodeGsm7, measureGsm7, nationalAlphabet } from '../../../src/modem/pdu/gsm7.ts';
import { decodeUcs2, encodeUcs2, toWellFormed } from '../../../src/modem/pdu/ucs2.ts';

const TURKISH = 1;
const SPANISH = 2;
const PORTUGUESE = 3;
const BENGALI = 4;
const HINDI = 6;
const TAMIL = 11;
const URDU = 13;
const NOBODY = 14;

describe('GSM 7-bit', () => {
  it('every septet but ESC has one character, and every character its septet', () => {
    for (let septet = 0; septet < 128; septet += 1) {
      if (septet === 0x1b) continue;
      const character = decodeGsm7([septet]);
      expect(character).toHaveLength(1);
      expect(encodeGsm7(character)).toEqual([septet]);
    }
  });

  it.each(['\f', '^', '{', '}', '\\', '[', '~', ']', '|', '€'])('%j takes two septets', (character) => {
    expect(measureGsm7(character)).toBe(2);
    expect(decodeGsm7(encodeGsm7(character) ?? [])).toBe(character);
  });

  it.each(['ç', '`', 'Ж', '\u001b', '\u0000', '\ud83d', '‚'])(
    '%j is not in the alphabet and never substituted',
    (text) => {
      expect(encodeGsm7(text)).toBeUndefined();
      expect(measureGsm7(text)).toBe(-1);
    },
  );

  it.each([
    ['an escape at the end', [0x41, 0x1b], 'A '],
    ['an escape behind an escape', [0x1b, 0x1b, 0x41], ' A'],
    ['an unknown extension shows the main character', [0x1b, 0x41], 'A'],
  ])('%s', (_, septets, text) => {
    expect(decodeGsm7(septets)).toBe(text);
  });

  it.each([
    ['Turkish single shift', 0, TURKISH, 'Ğğış'],
    ['Turkish locking shift', TURKISH, 0, '€ğİç'],
    ['Spanish single shift', 0, SPANISH, 'çÁí'],
    ['Portuguese, both', PORTUGUESE, PORTUGUESE, 'ãõ`∞Φ{'],
    ['Bengali, both', BENGALI, BENGALI, 'আমার ৳ ০১২ €'],
    ['Hindi locking shift', HINDI, 0, 'नमस्ते दुनिया'],
    ['Hindi single shift', 0, HINDI, '१२३।'],
    ['Tamil, both', TAMIL, TAMIL, 'வணக்கம் ௧௨௩'],
    ['Urdu, both', URDU, URDU, 'سلام، ۱۲۳'],
  ])('%s writes and reads %s', (_, locking, single, text) => {
    const alphabet = nationalAlphabet(locking, single);
    expect(decodeGsm7(encodeGsm7(text, alphabet) ?? [], alphabet)).toBe(text);
  });

  it.each(Array.from({ length: 13 }, (_, index) => index + 1))(
    'language %i has each character at one place, and reads what it writes',
    (language) => {
      for (const alphabet of [nationalAlphabet(language, 0), nationalAlphabet(0, language)]) {
        const all = [...new Set([...alphabet.main.units, ...alphabet.shifted.units])].filter((unit) => unit !== 0);
        const text = String.fromCharCode(...all);
        expect(all.length).toBeGreaterThan(100);
        expect(decodeGsm7(encodeGsm7(text, alphabet) ?? [], alphabet)).toBe(text);
      }
    },
  );

  it('a language without a table reads as the default', () => {
    expect(nationalAlphabet(NOBODY, NOBODY)).toEqual(nationalAlphabet(0, 0));
    expect(decodeGsm7([0x04], nationalAlphabet(SPANISH, 0))).toBe('è');
  });
});

describe('UCS-2', () => {
  it('is UTF-16 big endian, pairs included', () => {
    expect(encodeUcs2('Ж😀')).toEqual([0x04, 0x16, 0xd8, 0x3d, 0xde, 0x00]);
    expect(decodeUcs2(Uint8Array.of(0x04, 0x16, 0xd8, 0x3d, 0xde, 0x00))).toBe('Ж😀');
  });

  it('drops an odd last octet', () => {
    expect(decodeUcs2(Uint8Array.of(0x04, 0x16, 0x04))).toBe('Ж');
  });

  it('decodes more than a call can have arguments', () => {
    const text = 'Ж'.repeat(100_000);
    expect(decodeUcs2(Uint8Array.from(encodeUcs2(text)))).toBe(text);
  });

  it('makes halves of pairs visible, and leaves pairs alone', () => {
    expect(toWellFormed('a\ud83db\udc00c😀')).toBe('a\ufffdb\ufffdc😀');
  });
});
