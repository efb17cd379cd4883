import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { decodePdu, type LinkDirection, type PduDirection } from '../../../src/modem/pdu/decode.ts';
import { encodeDeliver } from '../../../src/modem/pdu/deliver.ts';
import { encodeSubmit } from '../../../src/modem/pdu/encode-submit.ts';
import { pduToJson } from '../../../src/modem/pdu/json.ts';
import { joinSlices } from '../../../src/modem/pdu/reassemble.ts';
import { segmentText } from '../../../src/modem/pdu/segment.ts';
import { packSeptets, unpackSeptets } from '../../../src/modem/pdu/septets.ts';
import { concatElement } from '../../../src/modem/pdu/user-data-header.ts';

/** `PDU_FUZZ_RUNS=1000000` for a night. */
const FUZZ_RUNS = Number(process.env.PDU_FUZZ_RUNS ?? 20_000);

const AT = '2026-11-20T18:00:00+02:00';
const GSM7 = Array.from(
  `@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,-./0123456789:;<=>?¡ABCXYZÄÖÑÜ§¿abcxyzäöñüà^{}\\[~]|€`,
);

const wellFormed = fc.string({ unit: 'binary', maxLength: 400 }).filter(isWellFormed);
const graphemes = fc.string({ unit: 'grapheme', maxLength: 200 });
const gsm7 = fc.array(fc.constantFrom(...GSM7), { maxLength: 500 }).map((characters) => characters.join(''));
const anyText = fc.oneof(wellFormed, graphemes, gsm7);

/** By the regular expression engine, not by our own reading of surrogates. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function userDataOf(hex: string) {
  const result = decodePdu(hex);
  if (!result.ok) throw new Error(result.error.message);
  if (result.pdu.type === 'status-report') throw new Error('a status report');
  return result.pdu;
}

describe('texts', () => {
  it('every well-formed text goes out and comes back, in any order of slices', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(8, 16), fc.infiniteStream(fc.nat()), (text, width, random) => {
        const { slices } = encodeSubmit({ to: '+436601234567', text, width, concatReference: 5 });
        const shuffled = slices
          .map((slice) => ({ slice, place: random.next().value }))
          .sort((left, right) => left.place - right.place)
          .map(({ slice }) => userDataOf(slice.pdu));
        expect(joinSlices(shuffled)).toMatchObject({ text, total: slices.length, missing: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('slices are well-formed, full enough and never too long', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(8, 16), (text, width) => {
        const { slices } = segmentText(text, { width });
        expect(slices.join('')).toBe(text);
        for (const slice of slices) expect(isWellFormed(slice)).toBe(true);
        for (const { pdu } of encodeSubmit({ to: '1', text, width }).slices) {
          expect(userDataOf(pdu).userData.octets.length).toBeLessThanOrEqual(140);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a slice shows the same text alone as its part of the whole', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { slices } = encodeSubmit({ to: '1', text });
        for (const slice of slices) expect(userDataOf(slice.pdu).userData.text).toBe(slice.text);
      }),
      { numRuns: 300 },
    );
  });
});

describe('septets', () => {
  it('packing and unpacking are inverse behind any fill bits', () => {
    const septets = fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 200 });
    fc.assert(
      fc.property(septets, fc.integer({ min: 0, max: 6 }), (values, fillBits) => {
        const packed = Uint8Array.from(packSeptets(values, fillBits));
        expect(unpackSeptets(packed, values.length, fillBits)).toEqual(values);
      }),
    );
  });
});

describe('hostile PDUs', () => {
  const directions: readonly (PduDirection | LinkDirection | undefined)[] = [
    'submit-report',
    'deliver-report',
    'command',
    undefined,
    'deliver',
    'submit',
    'status-report',
    'inbound',
  ];
  const seeds = [
    encodeDeliver({ smsc: '+43660000000', from: '+436601234567', text: 'Grüß Gott {1}', timestamp: AT }),
    encodeDeliver({
      from: 'MyBank',
      text: 'Жук 😀',
      timestamp: AT,
      header: [concatElement({ reference: 1, total: 2, sequence: 1, width: 16 })],
    }),
    '0019050481214300006211028100008000',
    '0006070C91346610325476623090302260406230903022604000070004067265706F7274',
  ];

  const random = fc.uint8Array({ maxLength: 200 });
  /** A good PDU with some octets changed, cut or grown: gets deeper into the parser than noise does. */
  const mutated = fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 255 })), { maxLength: 4 }),
      fc.nat({ max: 60 }),
      fc.uint8Array({ maxLength: 8 }),
    )
    .map(([seed, changes, cut, tail]) => {
      const octets = fromHex(seed) ?? new Uint8Array();
      for (const [place, value] of changes) octets[place % octets.length] = value;
      const kept = octets.subarray(0, Math.max(0, octets.length - (cut > 30 ? 0 : cut)));
      return Uint8Array.of(...kept, ...tail);
    });

  it(`${FUZZ_RUNS} of them never throw, in any direction, strict or lenient, and what is read can be printed`, {
    timeout: 30_000 + FUZZ_RUNS / 2,
  }, () => {
    let read = 0;
    let slowestMs = 0;
    fc.assert(
      fc.property(
        fc.oneof(random, mutated),
        fc.constantFrom(...directions),
        fc.boolean(),
        fc.boolean(),
        (octets, direction, smsc, lenient) => {
          const options = direction === undefined ? { smsc, lenient } : { smsc, lenient, direction };
          const began = performance.now();
          const result = decodePdu(toHex(octets), options);
          slowestMs = Math.max(slowestMs, performance.now() - began);
          if (!result.ok) {
            expect(result.error.code).toMatch(/^pdu\.[a-z_]+$/);
            return;
          }
          read += 1;
          expect(JSON.parse(JSON.stringify(pduToJson(result.pdu)))).toMatchObject({ ok: true, type: result.pdu.type });
        },
      ),
      { numRuns: FUZZ_RUNS },
    );
    // The mutations must reach behind the errors, or the run says nothing about what is read.
    expect(read).toBeGreaterThan(FUZZ_RUNS / 20);
    // A pause of the garbage collector or of a busy machine, not of the decoder; most take microseconds.
    expect(slowestMs).toBeLessThan(250);
  });

  it('strings that are no hexadecimal never throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.boolean(), (text, lenient) => {
        expect(() => decodePdu(text, { lenient })).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  it('whatever is read strictly is read leniently to the same', () => {
    fc.assert(
      fc.property(mutated, (octets) => {
        const hex = toHex(octets);
        const strict = decodePdu(hex);
        if (strict.ok) expect(decodePdu(hex, { lenient: true })).toEqual(strict);
      }),
      { numRuns: 2000 },
    );
  });
});
