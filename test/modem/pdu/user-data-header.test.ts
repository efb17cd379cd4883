import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { concatElement, headerOctets, portsElement, readHeader } from '../../../src/modem/pdu/user-data-header.ts';

const read = (hex: string) => readHeader(fromHex(hex) ?? new Uint8Array());

describe('the user data header', () => {
  it('keeps every element, known or not, and skips it by its length', () => {
    const header = read('097F0212340003070201');
    expect(header?.elements.map(({ id, data }) => [id, toHex(data)])).toEqual([
      [0x7f, '1234'],
      [0x00, '070201'],
    ]);
    expect(header?.concat).toEqual({ reference: 7, total: 2, sequence: 1, width: 8 });
  });

  it.each([
    ['a repeated element: the last counts', '0A00030102010003020201', 2, 8],
    ['8 and 16 bits: the later counts', '0B000301020108040102' + '0201', 258, 16],
    ['a later one that makes no sense is ignored', '0A00030102010003020200', 1, 8],
  ])('%s', (_, hex, reference, width) => {
    expect(read(hex)?.concat).toMatchObject({ reference, width });
  });

  it.each([
    ['sequence 0', '0500030102' + '00'],
    ['sequence above total', '050003010203'],
    ['total 0', '050003010001'],
    ['wrong length', '04000201' + '02'],
  ])('a concatenation with %s is kept as an element and not believed', (_, hex) => {
    expect(read(hex)).toMatchObject({ concat: null, malformed: false, elements: [{ id: 0 }] });
  });

  it.each(['0500030102', '0300030102', '02000301', '0100'])('%s is cut or overruns', (hex) => {
    const header = read(hex);
    expect(header === null || header.malformed).toBe(true);
  });

  it('an empty header is a header', () => {
    expect(read('00')).toMatchObject({ length: 1, elements: [], malformed: false });
  });

  it.each([
    { destination: 2948, source: 9200, width: 16 },
    { destination: 240, source: 241, width: 8 },
  ] as const)('ports $destination from $source go through', (ports) => {
    expect(readHeader(headerOctets([portsElement(ports)]))?.ports).toEqual(ports);
  });

  it.each([
    { reference: 255, total: 255, sequence: 255, width: 8 },
    { reference: 65_535, total: 2, sequence: 1, width: 16 },
  ] as const)('reference $reference goes through', (concat) => {
    expect(readHeader(headerOctets([concatElement(concat)]))?.concat).toEqual(concat);
  });
});
