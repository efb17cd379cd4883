import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { measureGsm7 } from '../../../src/modem/pdu/gsm7.ts';
import {
  type DeliverPdu,
  decodePdu,
  ENCODING_POLICIES,
  encodeSubmit,
  joinSlices,
  pduToJson,
  previewText,
  protocolOf,
  segmentText,
  sliceKey,
  transliterate,
} from '../../../src/modem/pdu/index.ts';
import { meaningOf } from '../../../src/modem/pdu/user-data-header.ts';

function slicesOf(text: string, options: Partial<Parameters<typeof encodeSubmit>[0]> = {}) {
  const { slices, encoding } = encodeSubmit({ to: '+436601234567', text, concatReference: 7, ...options });
  const decoded = slices.map(({ pdu }) => {
    const result = decodePdu(pdu);
    if (!result.ok || result.pdu.type !== 'submit') throw new Error('no SUBMIT');
    return result.pdu;
  });
  return { encoding, decoded };
}

describe('every character there is', () => {
  it('goes out and comes back, alone and in a long text', () => {
    let count = 0;
    let chunk = '';
    const check = () => {
      expect(joinSlices(slicesOf(chunk).decoded).text).toBe(chunk);
      chunk = '';
    };
    for (let code = 0; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      chunk += String.fromCodePoint(code);
      count += 1;
      // Short of 255 slices of 67 units with room for pairs that do not fit.
      if (chunk.length > 8_000) check();
    }
    check();
    expect(count).toBe(0x110000 - 2048);
  }, 120_000);
});

describe('slices under any order, repetition and loss', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 900 }),
    fc.string({ unit: fc.constantFrom(...'abc{}€ äß'), maxLength: 1_500 }),
  );

  it('give the text, or name exactly what is missing', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(8, 16), fc.array(fc.nat(1_000), { maxLength: 60 }), (whole, width, picks) => {
        const { decoded } = slicesOf(whole, { width });
        const arrived = picks.flatMap((pick) => decoded[pick % decoded.length] ?? []);
        const joined = joinSlices(arrived.length === 0 ? decoded : arrived);
        const seen = new Set((arrived.length === 0 ? decoded : arrived).map(sequenceOf));
        const missing = decoded.map(sequenceOf).filter((sequence) => !seen.has(sequence));
        expect(joined.missing).toEqual(missing);
        if (missing.length === 0) expect(joined.text).toBe(whole);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  const sequenceOf = ({ userData }: Pick<DeliverPdu, 'userData'>) => userData.header.concat?.sequence ?? 1;
});

describe('the encoding policy', () => {
  it('auto takes UCS-2 only when it must', () => {
    expect(slicesOf('plain').encoding).toBe('gsm7');
    expect(slicesOf('plain Ж').encoding).toBe('ucs2');
    expect(slicesOf('plain', { encoding: 'ucs2' }).encoding).toBe('ucs2');
  });

  it('gsm7 refuses what it cannot write', () => {
    expect(() => slicesOf('Ж', { encoding: 'gsm7' })).toThrow(AppError);
  });

  it.each([
    ['“Quoted” – and…', '"Quoted" - and...'],
    ['Őrült Łódź', 'Orült Lodz'],
    ['Crème brûlée façade', 'Crème brulée facade'],
    ['ΑΒΓ', 'ABΓ'],
    ['ﬁne', 'fine'],
    ['日本 😀', '?? ?'],
    ['ça va\u00a0?', 'ca va ?'],
  ])('transliterate writes %s as %s', (text, plain) => {
    expect(transliterate(text)).toBe(plain);
    expect(slicesOf(text, { encoding: 'transliterate' }).encoding).toBe('gsm7');
  });

  it('transliterate always ends in the GSM alphabet, and changes nothing that was in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const plain = transliterate(text);
        expect(measureGsm7(plain)).toBeGreaterThanOrEqual(0);
        if (measureGsm7(text) >= 0) expect(plain).toBe(text);
      }),
    );
  }, 30_000);

  it.each([
    ['Turkish', 'Şişli’de yağmur yağıyor, İstanbul çok güzel. '.replace('’', "'").repeat(3)],
    ['Portuguese', 'Não há razão para preocupações: ação, informação, coração. '.repeat(3)],
    ['Hindi', 'नमस्ते दुनिया, आपका तकनीशियन दस बजे पहुंचेगा। '.repeat(3)],
    ['Tamil', 'வணக்கம் உங்கள் தொழில்நுட்ப வல்லுநர் வருகிறார் '.repeat(3)],
    ['Urdu', 'سلام دنیا آپ کا کاریگر دس بجے پہنچے گا '.repeat(4)],
  ])('national saves slices for %s, and the text comes back', (_language, text) => {
    const plain = segmentText(text);
    const national = segmentText(text, { encoding: 'national' });
    expect(plain.encoding).toBe('ucs2');
    expect(national.encoding).toBe('gsm7');
    expect(national.slices.length).toBeLessThan(plain.slices.length);
    const whole = [...new Intl.Segmenter('en').segment(text)].map(({ index }) => index);
    const cuts = national.slices.slice(0, -1).map((_, index) => national.slices.slice(0, index + 1).join('').length);
    expect(cuts.filter((place) => !whole.includes(place))).toEqual([]);
    const { decoded } = slicesOf(text, { encoding: 'national' });
    expect(joinSlices(decoded).text).toBe(text);
    for (const { userData } of decoded) expect(userData.octets.length).toBeLessThanOrEqual(140);
  });

  it('national announces nothing where it saves nothing', () => {
    expect(segmentText('Şişli', { encoding: 'national' })).toMatchObject({ encoding: 'ucs2', tables: { locking: 0 } });
    expect(segmentText('x'.repeat(400), { encoding: 'national' }).tables).toEqual({ locking: 0, single: 0 });
  });

  it('whatever the policy, slices are never too long, cut no pair, and are never more than with auto', () => {
    const letters = fc.constantFrom(...'abcşğıİçãõÀ€{नमஸسلا😀');
    const policies = ENCODING_POLICIES.filter((policy) => policy !== 'gsm7');
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 500 }), fc.constantFrom(...policies), (text, encoding) => {
        const { decoded } = slicesOf(text, { encoding });
        for (const { userData } of decoded) expect(userData.octets.length).toBeLessThanOrEqual(140);
        const joined = joinSlices(decoded).text;
        expect(joined).toBe(encoding === 'transliterate' ? transliterate(text) : text);
        if (encoding === 'national') expect(decoded.length).toBeLessThanOrEqual(segmentText(text).slices.length);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('the preview names what costs', () => {
    expect(previewText('a€b{a€')).toMatchObject({ doubleCharacters: ['€', '{'], unicodeCharacters: [] });
    expect(previewText('aЖ€')).toMatchObject({ doubleCharacters: [], unicodeCharacters: ['Ж'] });
  });
});

describe('what else travels', () => {
  it.each([
    [
      'a SUBMIT-REPORT',
      '00' + '0100' + '62309030226040',
      'submit-report',
      { failureCause: null, serviceCentreTime: '2026-03-09T03:22:06+01:00' },
    ],
    ['one that refuses', '00' + '01C000' + '62309030226040', 'submit-report', { failureCause: 0xc0 }],
    ['a DELIVER-REPORT', '00' + '0000', 'deliver-report', { failureCause: null }],
    ['one that refuses for a full memory', '00' + '00D300', 'deliver-report', { failureCause: 0xd3 }],
    [
      'a COMMAND',
      '00' + '2205000217' + '0C91346610325476' + '00',
      'command',
      { command: 2, messageNumber: 0x17, reference: 5, statusReportRequest: true },
    ],
  ] as const)('%s is recognised', (_name, hex, direction, expected) => {
    const result = decodePdu(hex, { direction });
    expect(result.ok ? pduToJson(result.pdu) : result).toMatchObject({ ok: true, type: direction, ...expected });
  });

  it('a SUBMIT is no COMMAND, and a truncated one is an error', () => {
    expect(decodePdu('000100', { direction: 'command' })).toMatchObject({ error: { code: 'pdu.type_mismatch' } });
    expect(decodePdu('002205', { direction: 'command' })).toMatchObject({ error: { code: 'pdu.truncated' } });
  });

  it('every protocol id has a meaning', () => {
    const kinds = Array.from({ length: 256 }, (_, pid) => protocolOf(pid));
    expect(kinds[0]).toEqual({ kind: 'plain' });
    expect(kinds[0x32]).toEqual({ kind: 'interworking', device: 0x12 });
    expect(kinds[0x40]).toEqual({ kind: 'silent' });
    expect([0x41, 0x47].map((pid) => kinds[pid])).toEqual([
      { kind: 'replace', type: 1 },
      { kind: 'replace', type: 7 },
    ]);
    expect(kinds[0x7f]).toEqual({ kind: 'sim-download' });
    expect(kinds[0xc3]).toEqual({ kind: 'other', value: 0xc3 });
  });

  it('a lamp says what waits, and unknown elements are kept', () => {
    const lamp = (...octets: number[]) => meaningOf([{ id: 1, data: Uint8Array.from(octets) }]).indications;
    expect(lamp(0x80, 3)).toEqual([{ kind: 'voicemail', count: 3, store: true }]);
    expect(lamp(0x07, 1)).toEqual([{ kind: 'video', count: 1, store: false }]);
    const result = decodePdu('0041000C91346610325476000408070A02BEEF2A0141');
    expect(result.ok && result.pdu.userData?.header.elements.map(({ id }) => id)).toEqual([0x0a, 0x2a]);
  });

  it('a reference of 8 bits and the same of 16 are two messages', () => {
    const [narrow] = slicesOf('x'.repeat(200), { width: 8 }).decoded;
    const [wide] = slicesOf('x'.repeat(200), { width: 16 }).decoded;
    if (narrow === undefined || wide === undefined) throw new Error('no slices');
    const address = { number: '+1', type: 'international', typeOctet: 0x91 } as const;
    expect(sliceKey({ ...narrow, address })).not.toBe(sliceKey({ ...wide, address }));
  });
});
