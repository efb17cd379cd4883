import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine } from '../../src/core/csv.ts';

describe('a line of CSV', () => {
  test.each([
    ['=HYPERLINK("http://evil.example";"x")', `"'=HYPERLINK(""http://evil.example"";""x"")"\r\n`],
    ['@SUM(A1)', "'@SUM(A1)\r\n"],
    ['-1+cmd|calc', "'-1+cmd|calc\r\n"],
    ['\t=1', "'\t=1\r\n"],
    ['+12125550101', '+12125550101\r\n'],
    ['-12.50', '-12.50\r\n'],
    ['a "b", c', '"a ""b"", c"\r\n'],
    [null, '\r\n'],
    [-3, '-3\r\n'],
  ])('%j is written so that no spreadsheet runs it', (cell, line) => {
    expect(csvLine([cell])).toBe(line);
  });

  test('any text comes back from any reader, but for the apostrophe before a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2 }), (cells) => {
        const [read] = parse(csvLine(cells), { record_delimiter: '\r\n' }) as string[][];
        expect(read?.map((cell, index) => (cell === `'${cells[index]}` ? cells[index] : cell))).toEqual(cells);
      }),
    );
  });
});
