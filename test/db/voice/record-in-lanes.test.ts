import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callEvents, calls } from '../../../src/db/schema/index.ts';
import { recordCalls } from '../../../src/voice/calls/record.ts';
import { intoLanes, recordCallsInLanes } from '../../../src/voice/calls/record-in-lanes.ts';
import type { CallRecord } from '../../../src/webhooks/index.ts';
import { session, voice } from '../../support/call-records.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

const STATUSES = ['ringing', 'connected', 'completed'] as const;

/** So many calls of four happenings each, as a busy minute mixes them. */
function busyMinute(organizationId: string, count: number): CallRecord[] {
  const happenings = (call: number): CallRecord[] => {
    const callToken = `call-${call}`;
    return [
      voice({ organizationId, callToken, key: `${callToken}|1|` }),
      ...STATUSES.map((status) => session(status, { organizationId, callToken, key: `${callToken}-${status}` })),
    ];
  };
  const all = Array.from({ length: count }, (_, call) => happenings(call));
  return [0, 1, 2, 3].flatMap((step) => all.flatMap((one) => one[step] ?? []));
}

async function stored(organizationId: string) {
  const { orm } = db.database;
  const rows = await orm.select().from(calls).where(eq(calls.organizationId, organizationId));
  const events = await orm.select().from(callEvents).where(eq(callEvents.organizationId, organizationId));
  return {
    calls: rows.map(({ token, status, trace }) => `${token} ${status} ${trace.length}`).sort(),
    events: events.map(({ eventKey }) => eventKey).sort(),
  };
}

describe('storing in lanes', () => {
  test('leaves what one transaction would, and again nothing more', async () => {
    const { orm } = db.database;
    const [apart, together] = [await newOrganization(db.database), await newOrganization(db.database)];
    const records = busyMinute(apart.organizationId, 100);
    await recordCallsInLanes(orm, records, 3);
    await recordCallsInLanes(orm, records, 3);
    await recordCalls(orm, busyMinute(together.organizationId, 100));
    const left = await stored(apart.organizationId);
    expect(left.events).toHaveLength(400);
    expect(left).toEqual(await stored(together.organizationId));
  });

  test('a lane that fails is told after the others have stored theirs, and the whole batch can come again', async () => {
    const { orm } = db.database;
    const { organizationId } = await newOrganization(db.database);
    const records = busyMinute(organizationId, 75);
    const broken = records.map((record) =>
      record.callToken === 'call-1' ? { ...record, at: 'no instant at all' } : record,
    );
    await expect(recordCallsInLanes(orm, broken, 3)).rejects.toThrow();
    expect((await stored(organizationId)).events).toHaveLength(200);
    await recordCallsInLanes(orm, records, 3);
    expect((await stored(organizationId)).events).toHaveLength(300);
  });
});

test('what is told of a call stays in one lane and in its order, and nothing is left out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(9), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 0, max: 5 }),
      (tokens, lanes) => {
        const records = tokens.map((token, place) =>
          session('ringing', { callToken: String(token), key: String(place) }),
        );
        const shares = intoLanes(records, lanes);
        expect(shares.length).toBeLessThanOrEqual(Math.max(1, lanes));
        expect(
          shares
            .flat()
            .map(({ key }) => Number(key))
            .sort((left, right) => left - right),
        ).toEqual([...tokens.keys()]);
        for (const share of shares) {
          const places = share.map(({ key }) => Number(key));
          expect(places).toEqual([...places].sort((left, right) => left - right));
          for (const { callToken } of share) {
            expect(shares.filter((other) => other.some((record) => record.callToken === callToken))).toEqual([share]);
          }
        }
      },
    ),
  );
});
