import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/db/context.ts';
import { callDetailRecords, callEvents } from '../../../src/db/schema/index.ts';
import { keepRetention, putSetting } from '../../../src/identity/index.ts';
import { listCalls, recordCalls } from '../../../src/voice/index.ts';
import type { CallRecord } from '../../../src/webhooks/index.ts';
import { cdr, voice } from '../../support/call-records.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

const NOW = new Date('2026-03-01T12:00:00.000Z');
const clock = { now: () => NOW };
const RECORDING = 'https://recordings.example/a.mp3';

/** A recorded call that began some days ago, with its CDR. */
function callOf({ organizationId }: Context, token: string, daysAgo: number): CallRecord[] {
  const at = new Date(NOW.getTime() - daysAgo * 86_400_000).toISOString();
  const times = { at, startedAt: at, answeredAt: at, endedAt: at, recordedAt: at };
  return [voice({ at }), cdr('answered', { ...times, recordingUrl: RECORDING })].map((record) => ({
    ...record,
    key: `${token}|${record.key}`,
    callToken: token,
    organizationId,
  }));
}

const tokensOf = async (context: Context) => (await listCalls(context, {})).items.map(({ token }) => token).sort();

describe('retention of calls', () => {
  test('removes old calls with their CDRs, documents and recording addresses, and only where it is set', async () => {
    const strict = await newOrganization(db.database, { clock });
    const lax = await newOrganization(db.database, { clock });
    for (const context of [strict, lax])
      await recordCalls(db.database.orm, [...callOf(context, 'old', 40), ...callOf(context, 'young', 20)]);
    await putSetting(strict, 'retention.calls_days', { scope: 'organization', value: 30 }, undefined);

    const report = await keepRetention({ db: db.database.orm, clock });
    expect(report.filter(({ organizationId }) => organizationId === strict.organizationId)).toEqual([
      { organizationId: strict.organizationId, key: 'retention.calls_days', removed: 1 },
    ]);
    expect([await tokensOf(strict), await tokensOf(lax)]).toEqual([['young'], ['old', 'young']]);
    const mine = eq(callDetailRecords.organizationId, strict.organizationId);
    const records = await db.database.orm.select().from(callDetailRecords).where(mine);
    expect(records.map(({ token, recordingUrl }) => [token, recordingUrl])).toEqual([['young', RECORDING]]);
    const events = await db.database.orm
      .select()
      .from(callEvents)
      .where(eq(callEvents.organizationId, strict.organizationId));
    expect(events.map(({ eventKey }) => eventKey.includes('young'))).toEqual([true, true]);
    expect(await keepRetention({ db: db.database.orm, clock })).toEqual([]);
  });
});
