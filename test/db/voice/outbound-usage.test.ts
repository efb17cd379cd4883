import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/db/open.ts';
import { outboundUsage } from '../../../src/db/schema/index.ts';
import { createMemoryCounters, UNLIMITED_SECONDS, type UsageQuestion } from '../../../src/routing/index.ts';
import { createCounters } from '../../../src/voice/index.ts';
import { chargeOutbound, countOutbound, forgetOutboundCalls } from '../../../src/voice/outbound-usage.ts';
import { cdr } from '../../support/call-records.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { seededRandom } from '../../support/seeded-random.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

const DAY = '2026-11-18';
const NOON = new Date('2026-11-18T17:00:00Z');

const organization = async () => (await newOrganization(db.database)).organizationId;

const question = (parts: Partial<UsageQuestion> = {}): UsageQuestion => ({
  kind: 'usage',
  key: 'usage',
  weight: 1,
  day: DAY,
  scopes: [{ scope: '101', limits: { callsPerMinute: 3 } }],
  ...parts,
});

const usageOf = async (organizationId: string) =>
  new Map(
    (await db.database.orm.select().from(outboundUsage))
      .filter((row) => row.organizationId === organizationId)
      .map((row) => [row.scope, row]),
  );

describe('calls to the outside', () => {
  test('are let out as often as the limit says, however many ask at once in however many processes', async () => {
    const organizationId = await organization();
    // The embedded engine belongs to one process; a server is asked over two pools, as two processes would.
    const { url } = db.location;
    const second = url === undefined ? undefined : await openDatabase({ url });
    const asked = question({
      scopes: [
        { scope: '101', limits: {} },
        { scope: '', limits: { callsPerMinute: 7 } },
      ],
    });
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const { orm } = index % 2 === 0 ? db.database : (second ?? db.database);
        return countOutbound(orm, { organizationId, callToken: `t${index}`, at: NOON }, asked);
      }),
    );
    await second?.close();
    expect(answers.filter((answer) => answer >= 0)).toHaveLength(7);
    expect(answers.filter((answer) => answer === -2)).toHaveLength(33);
    expect((await usageOf(organizationId)).get('')?.minuteCalls).toBe(7);
  });

  test('are counted as the memory of one process would count them', async () => {
    const organizationId = await organization();
    const counters = createCounters(db.database.orm);
    const memory = createMemoryCounters();
    const random = seededRandom(7);
    const scopes = [
      { scope: '101', limits: { callsPerMinute: 3, callsPerDay: 40, costPerDay: 120 } },
      { scope: '', limits: { callsPerHour: 25, minutesPerDay: 10 } },
    ];
    let atMs = NOON.getTime();
    for (let call = 0; call < 120; call += 1) {
      atMs += Math.floor(random() * 40_000);
      const asked = question({ scopes, weight: 1 + Math.floor(random() * 4), day: call < 100 ? DAY : '2026-11-19' });
      const asker = { organizationId, callToken: `t${call}`, at: new Date(atMs) };
      expect([call, await counters.answer(asker, asked)]).toEqual([call, memory.answer(organizationId, asked, atMs)]);
    }
  });

  test('say what is left of the minutes, and a weight beyond the limit is refused at once', async () => {
    const organizationId = await organization();
    const asker = { organizationId, callToken: 't', at: NOON };
    const ask = (limits: UsageQuestion['scopes'][number]['limits'], weight = 1) =>
      countOutbound(db.database.orm, asker, question({ scopes: [{ scope: '101', limits }], weight }));
    expect(await ask({ costPerDay: 5 }, 6)).toBe(-1);
    expect(await ask({ minutesPerDay: 10 })).toBe(600);
    expect(await ask({ callsPerDay: 5 })).toBe(UNLIMITED_SECONDS);
  });

  test('cost what their CDR says, once, for the extension and the organization', async () => {
    const organizationId = await organization();
    const scopes = [
      { scope: '101', limits: { minutesPerDay: 10 } },
      { scope: '', limits: { costPerDay: 1000 } },
    ];
    await countOutbound(
      db.database.orm,
      { organizationId, callToken: 'c1', at: NOON },
      question({ scopes, weight: 5 }),
    );
    const ended = (billedSeconds: number) =>
      cdr('answered', { organizationId, callToken: 'c1', key: `k${billedSeconds}`, billedSeconds });
    await chargeOutbound(db.database.orm, [ended(61), ended(30)]);
    await chargeOutbound(db.database.orm, [ended(61)]);
    const used = await usageOf(organizationId);
    expect(used.get('101')).toMatchObject({ daySeconds: 61, dayCost: 10 });
    expect(used.get('')).toMatchObject({ daySeconds: 61, dayCost: 10 });
    // A longer leg of the same call adds only what is more.
    await chargeOutbound(db.database.orm, [ended(150)]);
    expect((await usageOf(organizationId)).get('101')).toMatchObject({ daySeconds: 150, dayCost: 15 });
    const left = await countOutbound(
      db.database.orm,
      { organizationId, callToken: 'c2', at: NOON },
      question({ scopes }),
    );
    expect(left).toBe(450);
  });

  test('of a caller who is not counted cost nothing', async () => {
    const organizationId = await organization();
    await chargeOutbound(db.database.orm, [
      cdr('answered', { organizationId, callToken: 'never', key: 'x', billedSeconds: 60 }),
    ]);
    expect((await usageOf(organizationId)).size).toBe(0);
  });

  test('are forgotten a week later', async () => {
    const organizationId = await organization();
    await countOutbound(db.database.orm, { organizationId, callToken: 'old', at: NOON }, question());
    await forgetOutboundCalls(db.database.orm, new Date(NOON.getTime() + 8 * 86_400_000));
    await chargeOutbound(db.database.orm, [
      cdr('answered', { organizationId, callToken: 'old', key: 'x', billedSeconds: 60 }),
    ]);
    expect((await usageOf(organizationId)).get('101')?.daySeconds).toBe(0);
  });
});
