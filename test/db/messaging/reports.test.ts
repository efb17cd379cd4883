import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliveryReports } from '../../../src/db/schema/index.ts';
import { recordReport } from '../../../src/messaging/reports/record-report.ts';
import { decodePdu } from '../../../src/modem/pdu/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { Bench, drain, PEER, refusal, ScriptedModem } from './fixtures.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened?.close());

const record = (bench: Bench, pdu: string) => recordReport(opened.database.orm, { ...bench.scope(), pdu });
const stored = (bench: Bench) =>
  opened.database.orm
    .select()
    .from(deliveryReports)
    .where(and(eq(deliveryReports.organizationId, bench.organizationId), eq(deliveryReports.modemId, bench.modemId)));

function arrived(pdu: string) {
  const decoded = decodePdu(pdu, { direction: 'inbound' });
  if (!decoded.ok || decoded.pdu.type !== 'status-report') throw new Error('that is no report');
  return { pdu, content: decoded.pdu };
}

/** A message of `count` parts, sent with references from 1. */
async function sentMessage(count: number, port = new ScriptedModem()) {
  const bench = await Bench.open(opened.database);
  const id = await bench.send({ body: count === 1 ? 'Hello' : 'x'.repeat(153 * count) });
  const outbox = await bench.outbox(port);
  await drain(outbox);
  bench.clock.advance(60_000);
  return { bench, id, outbox, port };
}

describe('delivery reports', () => {
  test('a message is delivered when every slice is, whatever their order', async () => {
    const { bench, id } = await sentMessage(3);
    for (const [reference, status] of [
      [3, 'sent'],
      [1, 'sent'],
      [2, 'delivered'],
    ] as const) {
      expect(await record(bench, bench.report(reference, { minutesAgo: 1 }))).toBe('matched');
      expect((await bench.message(id)).status).toBe(status);
    }
    expect((await bench.message(id)).parts.every((part) => part.deliveredAt === bench.clock.now().toISOString())).toBe(
      true,
    );
  });

  test('a repeat changes nothing', async () => {
    const { bench, id } = await sentMessage(1);
    const pdu = bench.report(1);
    expect(await record(bench, pdu)).toBe('matched');
    const before = await bench.message(id);
    expect(await record(bench, pdu)).toBe('repeat');
    expect(await record(bench, pdu.toLowerCase())).toBe('repeat');
    expect(await bench.message(id)).toEqual(before);
    expect(await stored(bench)).toHaveLength(1);
  });

  test('the same report read twice at once is stored once', async () => {
    const { bench } = await sentMessage(1);
    const pdu = bench.report(1);
    expect((await Promise.all([record(bench, pdu), record(bench, pdu)])).sort()).toEqual(['matched', 'repeat']);
  });

  test('a temporary report changes nothing, a final one does, a late temporary one does not undo it', async () => {
    const { bench, id } = await sentMessage(1);
    await record(bench, bench.report(1, { status: 0x30, minutesDone: 3 }));
    expect((await bench.message(id)).status).toBe('sent');
    await record(bench, bench.report(1, { minutesDone: 1 }));
    expect((await bench.message(id)).status).toBe('delivered');
    expect(await record(bench, bench.report(1, { status: 0x20, minutesDone: 2 }))).toBe('matched');
    expect((await bench.message(id)).status).toBe('delivered');
  });

  test('a late failure does not undo delivered; a late delivery undoes a failure', async () => {
    const { bench, id } = await sentMessage(2);
    await record(bench, bench.report(1));
    await record(bench, bench.report(1, { status: 0x46, minutesDone: 1 }));
    await record(bench, bench.report(2, { status: 0x46 }));
    expect(await bench.message(id)).toMatchObject({
      status: 'failed',
      parts: [
        { status: 'delivered' },
        { status: 'failed', error: 'Not delivered: validity period expired (status 70).' },
      ],
    });
    await record(bench, bench.report(2, { minutesDone: 1 }));
    expect((await bench.message(id)).status).toBe('delivered');
  });

  test('the recipient may be spelled as the network likes', async () => {
    for (const recipient of ['2125550123', '12125550123', '0012125550123']) {
      const { bench, id } = await sentMessage(1);
      expect(await record(bench, bench.report(1, { recipient }))).toBe('matched');
      expect((await bench.message(id)).status).toBe('delivered');
    }
  });

  test('the same reference to another recipient is no match: it is kept', async () => {
    const { bench, id } = await sentMessage(1);
    expect(await record(bench, bench.report(1, { recipient: '+12125550999' }))).toBe('orphan');
    expect((await bench.message(id)).status).toBe('sent');
    expect(await stored(bench)).toMatchObject([{ partId: null, reference: 1 }]);
  });

  test('a report may come before the line with the reference', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const modem = new ScriptedModem(42);
    modem.script.push(async () => {
      expect(await record(bench, bench.report(42))).toBe('orphan');
      return modem.sent();
    });
    await drain(await bench.outbox(modem));
    expect(await bench.message(id)).toMatchObject({
      status: 'delivered',
      parts: [{ reference: 42, status: 'delivered' }],
    });
  });

  test('while a slice to the recipient is in the air its report does not settle an older unknown one', async () => {
    const bench = await Bench.open(opened.database);
    const older = await bench.send({ body: 'older' });
    bench.clock.advance(1_000);
    const newer = await bench.send({ body: 'newer' });
    const modem = new ScriptedModem(42);
    modem.script.push(refusal('ambiguous'), async () => {
      await record(bench, bench.report(42));
      return modem.sent();
    });
    await drain(await bench.outbox(modem));
    expect(await bench.statuses(older)).toEqual(['unknown', 'unknown']);
    expect(await bench.statuses(newer)).toEqual(['delivered', 'delivered']);
  });

  test('after 256 messages the reference means the newer one', async () => {
    const { bench, id: older, outbox } = await sentMessage(1);
    bench.clock.advance(3_600_000);
    const port = new ScriptedModem(1);
    const newer = await bench.send();
    await outbox.close();
    await drain(await bench.outbox(port));
    bench.clock.advance(60_000);
    await record(bench, bench.report(1, { minutesAgo: 1 }));
    expect((await bench.message(older)).status).toBe('sent');
    expect((await bench.message(newer)).status).toBe('delivered');
    await record(bench, bench.report(1, { minutesAgo: 61 }));
    expect((await bench.message(older)).status).toBe('delivered');
  });

  test('a report that nobody waits for any more is kept and matches nothing later', async () => {
    const bench = await Bench.open(opened.database);
    expect(await record(bench, bench.report(1))).toBe('orphan');
    bench.clock.advance(3_600_000);
    const id = await bench.send();
    await drain(await bench.outbox(new ScriptedModem(1)));
    expect((await bench.message(id)).status).toBe('sent');
  });

  test('another organization’s report touches nothing of ours', async () => {
    const { bench, id } = await sentMessage(1);
    const other = await Bench.open(opened.database);
    expect(await record(other, bench.report(1))).toBe('orphan');
    expect((await bench.message(id)).status).toBe('sent');
  });

  test('what is no report is not stored', async () => {
    const bench = await Bench.open(opened.database);
    expect(await record(bench, 'nonsense')).toBe('not_a_report');
    expect(await stored(bench)).toEqual([]);
  });

  test('a report and the outcome of its slice that are stored at once find each other', async () => {
    for (let round = 0; round < 10; round += 1) {
      const bench = await Bench.open(opened.database);
      const id = await bench.send();
      const modem = new ScriptedModem(7);
      let reported: Promise<unknown> = Promise.resolve();
      modem.script.push(() => {
        reported = record(bench, bench.report(7, { recipient: PEER }));
        return modem.sent();
      });
      await drain(await bench.outbox(modem));
      await reported;
      expect(await bench.statuses(id)).toEqual(['delivered', 'delivered']);
    }
  });

  test('a report that comes with the outcome of its slice settles it in the same turn', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const modem = new ScriptedModem(7);
    const outbox = await bench.outbox(modem);
    await outbox.step();
    expect(await outbox.recordReports([arrived(bench.report(8))])).toEqual(new Set());
    const report = arrived(bench.report(7, { recipient: PEER }));
    expect(await outbox.recordReports([report, report])).toEqual(new Set([report.pdu]));
    expect(await bench.statuses(id)).toEqual(['delivered', 'delivered']);
    expect(await outbox.recordReports([report])).toEqual(new Set());
    expect(await stored(bench)).toHaveLength(1);
  });

  test('a report that is told before the answer for its slice waits for it, and settles it in the same turn', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const modem = new ScriptedModem(7);
    const outbox = await bench.outbox(modem);
    const report = arrived(bench.report(7, { recipient: PEER }));
    const other = arrived(bench.report(9, { recipient: '+12125550199' }));
    let recorded: Promise<ReadonlySet<string>> | undefined;
    modem.script.push(async () => {
      recorded = outbox.recordReports([report]);
      // One about another number does not wait: it goes by itself while the answer is still out.
      expect(await outbox.recordReports([other])).toEqual(new Set());
      return modem.sent();
    });
    await outbox.step();
    expect(await recorded).toEqual(new Set([report.pdu]));
    expect(await bench.statuses(id)).toEqual(['delivered', 'delivered']);
  });

  test('what a report makes of its slice is the same, plain or looked into', async () => {
    for (const status of [0, 1, 32, 48, 70, 99]) {
      const plain = await sentMessage(1);
      const spelled = await sentMessage(1);
      await record(plain.bench, plain.bench.report(1, { status }));
      await record(spelled.bench, spelled.bench.report(1, { status, recipient: PEER.slice(2) }));
      const [one, other] = [await plain.bench.parts(plain.id), await spelled.bench.parts(spelled.id)];
      const seen = ({ status, error, deliveredAt, sentAt, reference }: (typeof one)[number]) => ({
        ...{ status, error, deliveredAt, sentAt, reference },
      });
      expect(one.map(seen)).toEqual(other.map(seen));
      expect((await plain.bench.message(plain.id)).error).toBe((await spelled.bench.message(spelled.id)).error);
    }
  });

  test.each([
    ['is in doubt itself', () => refusal('ambiguous'), 'unknown'],
    ['is sent', (modem: ScriptedModem) => modem.sent(), 'sent'],
    ['is refused', () => refusal('permanent'), 'failed'],
  ] as const)(
    'a report that waited for the slice in the air goes to the older one in doubt which it means: the newer %s',
    async (_, answer, status) => {
      const bench = await Bench.open(opened.database);
      const older = await bench.send({ body: 'older' });
      const newer = await bench.send({ body: 'newer' });
      const modem = new ScriptedModem(42);
      modem.script.push(refusal('ambiguous'), async () => {
        expect(await record(bench, bench.report(41, { minutesAgo: 0.5 }))).toBe('orphan');
        return answer(modem);
      });
      const outbox = await bench.outbox(modem);
      await outbox.step();
      bench.clock.advance(30_000);
      await drain(outbox);
      expect(await bench.statuses(older)).toEqual(['delivered', 'delivered']);
      expect(await bench.statuses(newer)).toEqual([status, status]);
    },
  );

  test('a text claimed after a report came does not keep it from the older one in doubt', async () => {
    const bench = await Bench.open(opened.database);
    const older = await bench.send({ body: 'older' });
    const texts = [await bench.send({ body: 'second' }), await bench.send({ body: 'third' })];
    const modem = new ScriptedModem(42);
    modem.script.push(
      refusal('ambiguous'),
      async () => {
        expect(await record(bench, bench.report(41, { minutesAgo: 0.5 }))).toBe('orphan');
        bench.clock.advance(1_000);
        return modem.sent();
      },
      async () => {
        expect(await bench.statuses(older)).toEqual(['delivered', 'delivered']);
        return modem.sent();
      },
    );
    const outbox = await bench.outbox(modem);
    await outbox.step();
    bench.clock.advance(30_000);
    await drain(outbox);
    for (const id of texts) expect((await bench.message(id)).status).toBe('sent');
    expect((await stored(bench)).map(({ partId }) => partId)).toEqual([(await bench.parts(older))[0]?.id]);
  });
});
