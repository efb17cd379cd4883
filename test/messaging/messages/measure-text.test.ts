import { expect, test } from 'vitest';
import { previewMessage } from '../../../src/messaging/index.ts';

test('a text of 255 parts is counted', () => {
  expect(previewMessage('a'.repeat(255 * 153))).toMatchObject({ encoding: 'gsm7', partCount: 255, unitsLeft: 0 });
  expect(previewMessage('ж'.repeat(255 * 67))).toMatchObject({ encoding: 'ucs2', partCount: 255, unitsLeft: 0 });
});

test('a reference of 16 bits takes a unit of each part', () => {
  expect(previewMessage('a'.repeat(305), { width: 16 })).toMatchObject({ partCount: 3 });
  expect(() => previewMessage('a'.repeat(255 * 152 + 1), { width: 16 })).toThrow(
    expect.objectContaining({ detail: expect.stringContaining('256 parts') }),
  );
});

test.each([
  ['one septet more', 'a'.repeat(255 * 153 + 1), 256],
  ['one unit more', 'ж'.repeat(255 * 67 + 1), 256],
  ['a book', 'a'.repeat(153_000), 1_000],
  ['a book with one letter of another alphabet', `${'a'.repeat(66_999)}ж`, 1_000],
])('%s is refused with the number of parts', (_, body, parts) => {
  expect(() => previewMessage(body)).toThrow(
    expect.objectContaining({ code: 'message.too_long', detail: expect.stringContaining(`${parts} parts`) }),
  );
});

test('characters that cost are named', () => {
  expect(previewMessage('5 € {')).toMatchObject({ encoding: 'gsm7', doubleCharacters: ['€', '{'] });
  expect(previewMessage('Hi 😀, ё!')).toMatchObject({ encoding: 'ucs2', unicodeCharacters: ['😀', 'ё'] });
});
