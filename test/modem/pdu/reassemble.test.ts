import { describe, expect, it } from 'vitest';
import { dataCodingFor } from '../../../src/modem/pdu/data-coding.ts';
import { decodePdu } from '../../../src/modem/pdu/decode.ts';
import { type DeliverContent, encodeDeliver } from '../../../src/modem/pdu/deliver.ts';
import type { DeliverPdu } from '../../../src/modem/pdu/pdu.ts';
import { joinSlices, sliceKey } from '../../../src/modem/pdu/reassemble.ts';
import { concatElement } from '../../../src/modem/pdu/user-data-header.ts';

function slice(sequence: number, total: number, content: Partial<DeliverContent>, width: 8 | 16 = 8): DeliverPdu {
  const hex = encodeDeliver({
    from: '+436601234567',
    timestamp: '2026-11-20T18:00:00+02:00',
    header: [concatElement({ reference: 7, total, sequence, width })],
    ...content,
  });
  const result = decodePdu(hex);
  if (!result.ok || result.pdu.type !== 'deliver') throw new Error('no DELIVER');
  return result.pdu;
}

describe('joinSlices', () => {
  it('joins UCS-2 before decoding, so that a pair cut by the sender is whole again', () => {
    const first = slice(1, 2, { text: 'Ж\ud83d' });
    const second = slice(2, 2, { text: '\ude00Ж' });
    expect(joinSlices([second, first])).toEqual({ text: 'Ж😀Ж', data: null, total: 2, missing: [] });
  });

  it('half a pair whose other half is missing becomes U+FFFD', () => {
    expect(joinSlices([slice(1, 2, { text: 'Ж\ud83d' })]).text).toBe('Ж\ufffd');
  });

  it('decodes GSM 7-bit slice by slice', () => {
    expect(joinSlices([slice(1, 2, { text: 'a{' }), slice(2, 2, { text: '€b' })]).text).toBe('a{€b');
  });

  it('an odd octet at the end of a slice does not shift the next one', () => {
    const odd = slice(1, 2, { coding: dataCodingFor('ucs2'), data: Uint8Array.of(0x04, 0x16, 0x04) });
    expect(joinSlices([odd, slice(2, 2, { text: 'Ж' })]).text).toBe('ЖЖ');
  });

  it('slices in different alphabets join too', () => {
    expect(joinSlices([slice(1, 2, { text: 'abc' }), slice(2, 2, { text: 'Ж' })]).text).toBe('abcЖ');
  });

  it('names what is missing and joins the rest', () => {
    const joined = joinSlices([slice(4, 4, { text: 'd' }), slice(2, 4, { text: 'b' })]);
    expect(joined).toEqual({ text: 'bd', data: null, total: 4, missing: [1, 3] });
  });

  it('of two slices with one number the first counts', () => {
    const slices = [slice(1, 1, { text: 'first' }), slice(1, 1, { text: 'again' })];
    expect(joinSlices(slices).text).toBe('first');
  });

  it('joins the octets of binary slices', () => {
    const coding = dataCodingFor('binary');
    const slices = [
      slice(2, 2, { coding, data: Uint8Array.of(3) }),
      slice(1, 2, { coding, data: Uint8Array.of(1, 2) }),
    ];
    expect(joinSlices(slices)).toEqual({ text: null, data: Uint8Array.of(1, 2, 3), total: 2, missing: [] });
  });

  it('a message that is no slice is whole by itself', () => {
    expect(joinSlices([slice(1, 1, { text: 'alone', header: [] })])).toMatchObject({ text: 'alone', missing: [] });
  });
});

describe('sliceKey', () => {
  const key = (content: Partial<DeliverContent>, total = 2, width: 8 | 16 = 8) =>
    sliceKey(slice(1, total, { text: 'x', ...content }, width));

  it('is the same through another service centre and at another time', () => {
    expect(key({ smsc: '+43660000001' })).toBe(key({ smsc: null, timestamp: '2026-11-21T18:00:00+02:00' }));
  });

  it('differs by sender, its type, total and reference width', () => {
    const keys = [key({}), key({ from: '436601234567' }), key({ from: '+1' }), key({}, 3), key({}, 2, 16)];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is null without a concatenation element, and with one that makes no sense', () => {
    expect(key({ header: [] })).toBeNull();
    for (const [total, sequence] of [
      [2, 0],
      [2, 3],
      [0, 1],
    ] as const) {
      expect(sliceKey(slice(sequence, total, { text: 'x' }))).toBeNull();
    }
  });
});
