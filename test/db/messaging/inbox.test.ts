import { and, eq, isNull } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../../../src/db/open.ts';
import { deliveryReports, messageParts, messages } from '../../../src/db/schema/index.ts';
import { keepHouse } from '../../../src/messaging/housekeeping.ts';
import { receivePdu } from '../../../src/messaging/inbox/receive-pdu.ts';
import { receivePdus } from '../../../src/messaging/inbox/receive-pdus.ts';
import { sweepIncomplete } from '../../../src/messaging/inbox/sweep-incomplete.ts';
import { listMessages, readReceived } from '../../../src/messaging/index.ts';
import {
  addressOf,
  concatElement,
  dataCodingFor,
  encodeDeliver,
  encodeSubmit,
  segmentText,
} from '../../../src/modem/pdu/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { Bench, drain, PEER, ScriptedModem, START } from './fixtures.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened?.close());

const MINUTE = 60_000;
const receive = (bench: Bench, pdu: string, stat?: number, db: Db = opened.database.orm) =>
  receivePdu(db, bench.scope(), { pdu, ...(stat === undefined ? {} : { stat }) });
const inbox = async (bench: Bench) => (await listMessages(bench.context, { filter: { direction: 'inbound' } })).items;
const rows = (bench: Bench) =>
  opened.database.orm.select().from(messages).where(eq(messages.organizationId, bench.organizationId));

interface LongText {
  readonly text: string;
  readonly reference: number;
  readonly from?: string;
  readonly width?: 8 | 16;
  readonly messageClass?: 0 | 1 | 2 | 3;
  /** When the centre had it, in minutes after the start. */
  readonly minute?: number;
}

/** The DELIVERs of a long text, as its sender's network cuts it. */
function slicesOf({ text, reference, from = PEER, width = 8, minute = 0, messageClass }: LongText): string[] {
  const { slices, encoding } = segmentText(text, { width });
  return slices.map((slice, index) =>
    encodeDeliver({
      smsc: '+12125550000',
      from,
      timestamp: new Date(START.getTime() + minute * MINUTE + index * 1000).toISOString(),
      coding: dataCodingFor(encoding, messageClass),
      header: [concatElement({ reference, width, total: slices.length, sequence: index + 1 })],
      text: slice,
    }),
  );
}

const shortText = (text: string, from = PEER, second = 0) =>
  encodeDeliver({ from, timestamp: new Date(START.getTime() + second * 1000).toISOString(), text });

const LONG = `${'a'.repeat(153)}${'b'.repeat(153)}c`;
const at = (items: readonly string[], index: number) => items[index] ?? '';

describe('a received message', () => {
  test('is in the inbox in the contract’s shape', async () => {
    const bench = await Bench.open(opened.database);
    expect(await receive(bench, shortText('Grüße €'))).toBe('stored');
    expect(await inbox(bench)).toMatchObject([
      {
        id: expect.any(String),
        direction: 'inbound',
        peer: PEER,
        body: 'Grüße €',
        status: 'received',
        encoding: 'gsm7',
        partCount: 1,
        modem: 'm1',
        createdAt: bench.clock.now().toISOString(),
        parts: [
          { sequence: 1, reference: null, status: 'received', submittedAt: null, deliveredAt: null, error: null },
        ],
      },
    ]);
  });

  test('read twice, because the program died between commit and delete, is stored once', async () => {
    const bench = await Bench.open(opened.database);
    const pdu = shortText('once');
    expect(await receive(bench, pdu, 0)).toBe('stored');
    expect(await receive(bench, pdu, 1)).toBe('repeat');
    bench.clock.advance(24 * 60 * MINUTE);
    expect(await receive(bench, pdu.toLowerCase(), 1)).toBe('repeat');
    expect(await inbox(bench)).toHaveLength(1);
  });

  test('read twice at once is stored once', async () => {
    const bench = await Bench.open(opened.database);
    const pdu = shortText('once');
    const results = await Promise.all([receive(bench, pdu), receive(bench, pdu), receive(bench, pdu)]);
    expect(results.sort()).toEqual(['repeat', 'repeat', 'stored']);
  });

  test('keeps the service centre’s time, and its own time of arrival', async () => {
    const bench = await Bench.open(opened.database);
    const timestamp = '2026-11-21T13:00:00+02:00';
    await receive(bench, encodeDeliver({ from: PEER, timestamp, text: 'x' }));
    const [part] = await opened.database.orm
      .select()
      .from(messageParts)
      .where(eq(messageParts.organizationId, bench.organizationId));
    expect(part).toMatchObject({ serviceCentreTime: timestamp, receivedAt: bench.clock.now() });
  });

  test.each([
    ['2125550123', PEER],
    ['12125550123', PEER],
    ['72345', '72345'],
    ['Acme Bank', 'Acme Bank'],
  ])('from %s is shown as %s', async (from, peer) => {
    const bench = await Bench.open(opened.database);
    await receive(bench, shortText('x', from));
    expect((await inbox(bench))[0]?.peer).toBe(peer);
  });

  test('with an impossible time, a NUL or binary content is kept all the same', async () => {
    const bench = await Bench.open(opened.database);
    const timestamp = new Uint8Array(7).fill(0xff);
    await receive(bench, encodeDeliver({ from: PEER, timestamp, text: 'no time' }));
    bench.clock.advance(1);
    await receive(bench, encodeDeliver({ from: PEER, timestamp, text: 'a\u0000б' }));
    bench.clock.advance(1);
    const data = Uint8Array.of(0, 1, 0xfe);
    await receive(bench, encodeDeliver({ from: PEER, timestamp, coding: dataCodingFor('binary'), data }));
    expect((await inbox(bench)).map(({ body, encoding }) => [body, encoding])).toEqual([
      ['0001FE', 'binary'],
      ['a\ufffdб', 'ucs2'],
      ['no time', 'gsm7'],
    ]);
  });

  test.each(['', 'nonsense', '07', '0791', 'F'.repeat(3000), '\u0000', '0ABC'])(
    'that cannot be read (%j) is kept raw and says so, once',
    async (pdu) => {
      const bench = await Bench.open(opened.database);
      expect(await receive(bench, pdu)).toBe('stored');
      expect(await receive(bench, pdu)).toBe('repeat');
      expect(await inbox(bench)).toMatchObject([
        {
          body: '',
          encoding: 'binary',
          status: 'received',
          parts: [{ error: expect.stringMatching(/could not be read/) }],
        },
      ]);
    },
  );

  test('of any bytes at all ends as something stored', async () => {
    const bench = await Bench.open(opened.database);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 180 }), async (bytes) => {
        const result = await receive(bench, Buffer.from(bytes).toString('hex'));
        expect(['stored', 'waiting', 'repeat', 'report']).toContain(result);
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  test('is not resolved before it is committed', async () => {
    const bench = await Bench.open(opened.database);
    const orm = new Proxy(opened.database.orm, {
      get: (target, name, receiver) =>
        name === 'transaction' || name === 'execute'
          ? () => Promise.reject(new Error('connection refused'))
          : Reflect.get(target, name, receiver),
    });
    const pdu = shortText('x');
    await expect(receive(bench, pdu, 0, orm)).rejects.toThrow('connection refused');
    expect(await inbox(bench)).toEqual([]);
    expect(await receive(bench, pdu, 0)).toBe('stored');
  });

  test.each([
    [0, true],
    [1, false],
    [undefined, false],
  ] as const)('of class %s keeps it; the inbox calls class 0 flash: %s', async (messageClass, flash) => {
    const bench = await Bench.open(opened.database);
    const coding = dataCodingFor('gsm7', messageClass);
    const pdu = encodeDeliver({ from: PEER, timestamp: START.toISOString(), coding, text: 'Look' });
    await receive(bench, pdu);
    const long = slicesOf({ text: LONG, reference: 3, ...(messageClass === undefined ? {} : { messageClass }) });
    for (const slice of long) await receive(bench, slice);
    const expected = { flash, messageClass: messageClass ?? null };
    expect(await inbox(bench)).toMatchObject([expected, expected]);
  });

  test('is found by who looks for words in what was received, and nobody else’s is', async () => {
    const bench = await Bench.open(opened.database);
    const other = await Bench.open(opened.database);
    await receive(bench, shortText('APPROVE ABCD-EFGH'));
    await receive(other, shortText('theirs'));
    const sent = await bench.send({ body: 'ours' });
    const ids = [...(await inbox(bench)), ...(await inbox(other))].map(({ id }) => id);
    expect(await readReceived(bench.context, [...ids, sent])).toEqual([
      { id: ids[0], peer: PEER, body: 'APPROVE ABCD-EFGH' },
    ]);
  });

  test('our own unsent messages in the storage are left alone', async () => {
    const bench = await Bench.open(opened.database);
    const [slice] = encodeSubmit({ to: PEER, text: 'draft' }).slices;
    expect(await receive(bench, slice?.pdu ?? '', 2)).toBe('not_inbound');
    expect(await receive(bench, slice?.pdu ?? '', 3)).toBe('not_inbound');
    expect(await inbox(bench)).toEqual([]);
  });

  test('a status report found in the storage settles its slice', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    await drain(await bench.outbox(new ScriptedModem(5)));
    expect(await receive(bench, bench.report(5), 1)).toBe('report');
    expect(await receive(bench, bench.report(5), 1)).toBe('report');
    expect((await bench.message(id)).status).toBe('delivered');
    expect(
      await opened.database.orm
        .select()
        .from(deliveryReports)
        .where(eq(deliveryReports.organizationId, bench.organizationId)),
    ).toHaveLength(1);
    expect(await inbox(bench)).toEqual([]);
  });
});

describe('a long text', () => {
  test('appears when its last slice has come, in whatever order', async () => {
    const bench = await Bench.open(opened.database);
    const slices = slicesOf({ text: LONG, reference: 7 });
    expect(await receive(bench, at(slices, 2))).toBe('waiting');
    expect(await receive(bench, at(slices, 0))).toBe('waiting');
    expect(await inbox(bench)).toEqual([]);
    expect(await receive(bench, at(slices, 1))).toBe('stored');
    expect(await inbox(bench)).toMatchObject([
      { body: LONG, partCount: 3, parts: [{ sequence: 1 }, { sequence: 2 }, { sequence: 3 }] },
    ]);
    expect((await rows(bench))[0]?.isPartial).toBe(false);
  });

  test('of two senders, interleaved, out of order and with repeats, come out whole', async () => {
    const bench = await Bench.open(opened.database);
    const others = '+12125550999';
    const mixed = [
      ...slicesOf({ text: LONG, reference: 7 }),
      ...slicesOf({ text: LONG.toUpperCase(), reference: 7, from: others }),
      ...slicesOf({ text: 'д'.repeat(150), reference: 7, width: 16 }),
    ];
    const order = [5, 0, 8, 3, 0, 2, 7, 4, 5, 6, 1, 3];
    for (const index of order) await receive(bench, at(mixed, index));
    const found = (await inbox(bench)).map(({ peer, body }) => `${peer} ${body}`).sort();
    expect(found).toEqual([`${PEER} ${LONG}`, `${PEER} ${'д'.repeat(150)}`, `${others} ${LONG.toUpperCase()}`].sort());
  });

  test('whose slices arrive at the same moment is made once', async () => {
    const bench = await Bench.open(opened.database);
    await Promise.all(slicesOf({ text: LONG, reference: 7 }).map((pdu) => receive(bench, pdu)));
    expect((await inbox(bench)).map(({ body }) => body)).toEqual([LONG]);
  });

  test('repeated by the network after completion changes nothing', async () => {
    const bench = await Bench.open(opened.database);
    for (const pdu of slicesOf({ text: LONG, reference: 7 })) await receive(bench, pdu);
    bench.clock.advance(MINUTE);
    // The same slices through another service centre: other PDUs, the same text.
    for (const pdu of slicesOf({ text: LONG, reference: 7 })) {
      expect(await receive(bench, pdu.replace(/^0[0-9]91[0-9A-F]{12}/, '06912121550091'))).toBe('repeat');
    }
    bench.clock.advance(11 * MINUTE);
    expect(await sweepIncomplete(opened.database.orm, bench.organizationId, bench.clock.now())).toBe(0);
    expect(await inbox(bench)).toHaveLength(1);
  });

  test('with a surrogate pair cut by its sender comes out whole', async () => {
    const bench = await Bench.open(opened.database);
    const text = `${'д'.repeat(66)}😀${'д'.repeat(10)}`;
    const coding = dataCodingFor('ucs2');
    const cut = [text.slice(0, 67), text.slice(67)];
    for (const [index, slice] of cut.entries()) {
      const header = [concatElement({ reference: 1, width: 8, total: 2, sequence: index + 1 })];
      await receive(bench, encodeDeliver({ from: PEER, timestamp: START.toISOString(), coding, header, text: slice }));
    }
    expect((await inbox(bench))[0]?.body).toBe(text);
  });

  test('whose reference is used again for another text keeps both', async () => {
    const bench = await Bench.open(opened.database);
    const old = slicesOf({ text: LONG, reference: 7 });
    const next = slicesOf({ text: LONG.toUpperCase(), reference: 7, minute: 20 });
    await receive(bench, at(old, 0));
    await receive(bench, at(old, 1));
    bench.clock.advance(20 * MINUTE);
    for (const pdu of next) await receive(bench, pdu);
    expect((await inbox(bench)).map(({ body }) => body)).toEqual([LONG.toUpperCase()]);
    await sweepIncomplete(opened.database.orm, bench.organizationId, bench.clock.now());
    expect((await inbox(bench)).map(({ body }) => body).sort()).toEqual(
      [LONG.toUpperCase(), LONG.slice(0, 306)].sort(),
    );
  });

  test('that stays incomplete for ten minutes is shown as far as it came, and a late slice completes it', async () => {
    const bench = await Bench.open(opened.database);
    const slices = slicesOf({ text: LONG, reference: 7 });
    await receive(bench, at(slices, 0));
    bench.clock.advance(6 * MINUTE);
    await receive(bench, at(slices, 2));
    bench.clock.advance(9 * MINUTE);
    await keepHouse(opened.database.orm, bench.clock.now());
    expect(await inbox(bench)).toEqual([]);
    bench.clock.advance(2 * MINUTE);
    await keepHouse(opened.database.orm, bench.clock.now());
    await keepHouse(opened.database.orm, bench.clock.now());
    const [partial] = await inbox(bench);
    expect(partial).toMatchObject({
      body: `${'a'.repeat(153)}c`,
      partCount: 3,
      parts: [{ sequence: 1 }, { sequence: 3 }],
    });
    expect((await rows(bench))[0]?.isPartial).toBe(true);

    bench.clock.advance(3 * 24 * 60 * MINUTE);
    expect(await receive(bench, at(slices, 1))).toBe('stored');
    expect(await inbox(bench)).toMatchObject([{ id: partial?.id, body: LONG, createdAt: partial?.createdAt }]);
    expect((await rows(bench))[0]?.isPartial).toBe(false);
  });

  test('is not mixed between two modems', async () => {
    const [one, two] = [await Bench.open(opened.database), await Bench.open(opened.database)];
    const slices = slicesOf({ text: LONG, reference: 7 });
    await receive(one, at(slices, 0));
    await receive(two, at(slices, 1));
    await receive(one, at(slices, 2));
    expect(await inbox(one)).toEqual([]);
    expect(await inbox(two)).toEqual([]);
  });

  test('of one slice needs no other', async () => {
    const bench = await Bench.open(opened.database);
    const header = [concatElement({ reference: 9, width: 8, total: 1, sequence: 1 })];
    await receive(bench, encodeDeliver({ from: PEER, timestamp: START.toISOString(), header, text: 'alone' }));
    await receive(bench, encodeDeliver({ from: PEER, timestamp: START.toISOString(), header, text: 'again' }));
    expect((await inbox(bench)).map(({ body }) => body).sort()).toEqual(['again', 'alone']);
  });

  test('any shuffle of slices and repeats of texts with different references comes out whole', async () => {
    const letters = ['a', 'b', 'c'];
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (random) => {
        const bench = await Bench.open(opened.database);
        const texts = letters.map((letter, index) => letter.repeat(150 * (index + 1) + 20));
        const all = texts.flatMap((text, index) => slicesOf({ text, reference: index + 1 }));
        const shuffled = [...all, ...all.slice(0, 2)]
          .map((pdu) => ({ pdu, key: random.next().value as number }))
          .sort((left, right) => left.key - right.key);
        for (const { pdu } of shuffled) await receive(bench, pdu);
        expect((await inbox(bench)).map(({ body }) => body).sort()).toEqual([...texts].sort());
        const left = await opened.database.orm
          .select()
          .from(messageParts)
          .where(and(eq(messageParts.organizationId, bench.organizationId), isNull(messageParts.messageId)));
        expect(left).toEqual([]);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  test('of an address type of its own is its own', async () => {
    const bench = await Bench.open(opened.database);
    const [first, second] = slicesOf({ text: 'x'.repeat(200), reference: 3 });
    await receive(bench, first ?? '');
    const national = slicesOf({ text: 'x'.repeat(200), reference: 3, from: '12125550123' });
    expect(addressOf('12125550123').type).toBe('unknown');
    expect(await receive(bench, at(national, 1))).toBe('waiting');
    expect(await receive(bench, second ?? '')).toBe('stored');
  });
});

describe('a SIM full of messages', () => {
  test('is taken over at once: texts, slices, reports and what cannot be read, each as if it had come alone', async () => {
    const bench = await Bench.open(opened.database);
    const texts = Array.from({ length: 40 }, (_, n) => shortText(`text ${n}`, n % 2 === 0 ? PEER : 'Bank', n));
    const [first = '', ...rest] = slicesOf({ text: LONG, reference: 9 });
    const [own] = encodeSubmit({ to: PEER, text: 'draft' }).slices;
    const pdus = [first, ...texts, 'ABCDEF', at(texts, 3), ...rest];
    const batch = [...pdus.map((pdu) => ({ pdu, stat: 0 })), { pdu: own?.pdu ?? '', stat: 2 }];
    await receivePdus(opened.database.orm, bench.scope(), batch);
    const wanted = [...Array.from({ length: 40 }, (_, n) => `text ${n}`), LONG, ''].sort();
    expect((await rows(bench)).map(({ body }) => body).sort()).toEqual(wanted);
    expect(await rows(bench)).toMatchObject(
      Array.from({ length: 42 }, () => ({ isPartial: false, status: 'received' })),
    );

    await receivePdus(opened.database.orm, bench.scope(), batch);
    expect(await rows(bench)).toHaveLength(42);
  });

  test('any mixture of texts, slices, repeats and batches comes out as if each had come alone', async () => {
    const text = fc.record({
      reference: fc.integer({ min: 0, max: 2 }),
      // Between them a text is one slice that has no room for a header, and this sender gives every slice one.
      length: fc.oneof(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 161, max: 400 })),
      from: fc.constantFrom(PEER, 'Bank'),
    });
    const scenario = fc.tuple(fc.array(text, { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat()));
    await fc.assert(
      fc.asyncProperty(scenario, async ([wishes, stream]) => {
        const dice = stream[Symbol.iterator]();
        const roll = (below: number) => Number(dice.next().value ?? 0) % below;
        const pdus = wishes.flatMap(({ length, reference, from }, index) =>
          slicesOf({ text: String(index).repeat(length), reference, from, minute: index }),
        );
        const shuffled = [...pdus, at(pdus, roll(pdus.length))]
          .map((pdu) => ({ pdu, rank: roll(1_000) }))
          .sort((left, right) => left.rank - right.rank)
          .map(({ pdu }) => ({ pdu }));
        const [alone, together] = [await Bench.open(opened.database), await Bench.open(opened.database)];
        for (const { pdu } of shuffled) await receive(alone, pdu);
        for (let from = 0; from < shuffled.length; ) {
          const size = 1 + roll(shuffled.length);
          await receivePdus(opened.database.orm, together.scope(), shuffled.slice(from, from + size));
          from += size;
        }
        const seen = async (bench: Bench) =>
          (await rows(bench)).map(({ body, isPartial, peer, partCount }) => [peer, partCount, isPartial, body]).sort();
        const clear = new Set(
          wishes.map(({ from, reference, length }) => `${from}/${reference}/${Math.ceil(length / 153)}`),
        );
        // Two texts with one key at once are ambiguous: the order of arrival may decide then.
        if (clear.size === wishes.length) expect(await seen(together)).toEqual(await seen(alone));
        expect((await rows(together)).length).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });

  test('shows each text with its slice, whose message it is', async () => {
    const bench = await Bench.open(opened.database);
    await receivePdus(opened.database.orm, bench.scope(), [{ pdu: shortText('one') }, { pdu: shortText('two') }]);
    const parts = await opened.database.orm
      .select()
      .from(messageParts)
      .where(eq(messageParts.organizationId, bench.organizationId));
    const ids = (await inbox(bench)).map(({ id }) => id).sort();
    expect(parts.map(({ messageId }) => messageId).sort()).toEqual(ids);
    expect(parts).toMatchObject([
      { sequence: 1, total: 1 },
      { sequence: 1, total: 1 },
    ]);
  });
});
