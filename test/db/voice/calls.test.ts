import { sql } from 'drizzle-orm';
import readXlsxFile from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/db/context.ts';
import { callStatistics, exportCdrs, getCall, listCalls, listCdrs, recordCalls } from '../../../src/voice/index.ts';
import type { CallRecord } from '../../../src/webhooks/index.ts';
import { BLOCKED, cdr, session, voice } from '../../support/call-records.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

let db: TestDatabase;
let context: Context;
let stranger: Context;

/** One call, its records under a token of its own. */
function callOf(token: string, ...records: CallRecord[]): CallRecord[] {
  return records.map((record) => ({
    ...record,
    key: `${token}|${record.key}`,
    callToken: token,
    organizationId: context.organizationId,
  }));
}

const clock = { now: () => new Date('2026-01-08T12:00:00.000Z') };

beforeAll(async () => {
  db = await openTestDatabase();
  context = await newOrganization(db.database, { clock });
  stranger = await newOrganization(db.database, { clock });
  const late = { at: '2026-01-08T04:30:00.000Z', startedAt: '2026-01-08T04:30:00.000Z' };
  await recordCalls(db.database.orm, [
    ...callOf(
      'answered',
      voice({ rings: ['101'], path: ['number:+12125550100', 'extension:101'], callerName: '=cmd|x' }),
      session('connected'),
      cdr('answered', { billedSeconds: 50 }),
    ),
    ...callOf('missed', voice({ rings: ['101'], from: '+442071838750', assistant: 'ava' }), cdr('no-answer')),
    ...callOf('blocked', voice({ blocked: BLOCKED, ended: true, from: '+19005550100' })),
    ...callOf('inside', voice({ direction: 'subscriber', from: '102', to: '101', did: null })),
    ...callOf(
      'live',
      voice({ at: late.at, path: ['ring_group:sales'] }),
      session('ringing', { ...late, modifiedAt: late.at }),
    ),
  ]);
});
afterAll(() => db?.close());

const tokens = async (filter: Record<string, string>) =>
  (await listCalls(context, { filter })).items.map(({ token }) => token).sort();

describe('the call log', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['all of them', {}, ['answered', 'blocked', 'inside', 'live', 'missed']],
    ['by status', { status: 'blocked' }, ['blocked']],
    ['by direction', { direction: 'subscriber' }, ['inside']],
    ['by extension', { extension: '101' }, ['answered', 'missed']],
    ['by place', { place: 'ring_group:sales' }, ['live']],
    ['by assistant', { assistant: 'ava' }, ['missed']],
    ['by caller', { from: '+442071838750' }, ['missed']],
    ['by the beginning of a number', { from: '+1900*' }, ['blocked']],
    ['by a beginning with a wildcard of SQL in it', { from: '%*' }, []],
    ['by either side', { number: '101' }, ['inside']],
    ['by the number of ours', { number: '+12125550100' }, ['answered', 'blocked', 'live', 'missed']],
    // 04:30 UTC is the evening before in New York.
    ['by day, in the zone of the organization', { since: '2026-01-07', until: '2026-01-07' }, ['live']],
    ['by instant', { until: '2026-01-06T09:00:00.001Z' }, ['answered', 'blocked', 'inside', 'missed']],
    ['live now', { live: 'true' }, ['live']],
    ['not live any more', { live: 'false' }, ['answered', 'blocked', 'inside', 'missed']],
  ])('is filtered %s', async (_name, filter, expected) => {
    expect(await tokens(filter)).toEqual(expected);
  });

  test('shows a call with its documents, and no signed address or password in them', async () => {
    const cxml =
      '<Response><Dial action="https://pbx.example/webhooks/cloudonix/voice?c=eyJ.s-_g"><Service password="hush">+1</Service></Dial></Response>';
    await recordCalls(db.database.orm, callOf('secretive', voice({ cxml, at: '2026-01-01T00:00:00.000Z' })));
    const shown = JSON.stringify((await getCall(context, 'secretive')).events);
    expect(shown).toContain('c=hidden');
    expect(shown).not.toMatch(/eyJ|hush/);
    const [stored] = await db.database.orm.execute<{ data: string }>(
      sql`select data::text as data from voice.call_events where organization_id = ${context.organizationId} and data->>'cxml' like '%Service%'`,
    );
    expect(stored?.data).not.toMatch(/eyJ|hush/);
  });

  test('is nobody else’s', async () => {
    expect((await listCalls(stranger, {})).items).toEqual([]);
    expect((await listCdrs(stranger, {})).items).toEqual([]);
    await expect(getCall(stranger, 'answered')).rejects.toMatchObject({ code: 'call.missing' });
  });
});

describe('CDRs', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['by disposition', { disposition: 'no-answer' }, ['missed']],
    ['by what only the call knows', { extension: '101', direction: 'inbound' }, ['answered', 'missed']],
    ['by number of ours', { number: '+12125550100' }, ['answered', 'missed']],
    ['by time', { since: '2026-01-06T09:01:01.001Z' }, []],
  ])('are filtered %s', async (_name, filter, expected) => {
    const { items } = await listCdrs(context, { filter });
    expect(items.map(({ token }) => token).sort()).toEqual(expected);
  });
});

describe('statistics', () => {
  const range = { since: '2026-01-06', until: '2026-01-08' };

  test.each([
    ['hour', { '04': 4, '23': 1 }],
    ['day', { '2026-01-06': 4, '2026-01-07': 1 }],
    ['number', { '+12125550100': 4, none: 1 }],
    ['extension', { '101': 2, '102': 1, none: 2 }],
    ['place', { 'extension:101': 1, 'ring_group:sales': 1, none: 3 }],
    ['assistant', { ava: 1, none: 4 }],
    ['disposition', { blocked: 1, completed: 1, initiated: 1, no_answer: 1, ringing: 1 }],
  ] as const)('by %s count each call once', async (by, expected) => {
    const { items, total, timezone } = await callStatistics(context, by, range);
    expect(Object.fromEntries(items.map(({ key, calls }) => [key, calls]))).toEqual(expected);
    expect(total).toEqual({
      calls: 5,
      answered: 1,
      missed: 1,
      blocked: 1,
      failed: 0,
      billableSeconds: 50,
      averageSeconds: 50,
    });
    expect(timezone).toBe('America/New_York');
  });

  test('of nothing are zeros', async () => {
    const { total, items } = await callStatistics(stranger, 'day', {});
    expect(total.calls).toBe(0);
    expect(items).toEqual([]);
  });
});

describe('the export of CDRs', () => {
  const read = async (format: 'csv' | 'jsonl' | 'xlsx', filter: Record<string, string> = {}) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of exportCdrs(context, format, filter)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  test('is the same list in every format', async () => {
    const { items } = await listCdrs(context, {});
    const jsonl = (await read('jsonl')).toString().trim().split('\n');
    expect(jsonl.map((line) => JSON.parse(line))).toEqual(items);
    const csv = (await read('csv')).toString().trim().split('\r\n');
    expect(csv).toHaveLength(items.length + 1);
    expect(csv[0]).toContain('id,callId,token');
    const [sheet] = await readXlsxFile(await read('xlsx'));
    expect(sheet?.data).toHaveLength(items.length + 1);
  });

  test('takes the filters of the list', async () => {
    const lines = (await read('jsonl', { disposition: 'no-answer' })).toString().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).token)).toEqual(['missed']);
  });

  test('of 100,000 rows keeps memory flat', { timeout: 240_000 }, async () => {
    const many = await newOrganization(db.database, { clock });
    await db.database.orm.execute(sql`
      with call as (
        insert into voice.calls (id, organization_id, token, direction, from_number, to_number, status, started_at)
        values (gen_random_uuid(), ${many.organizationId}, 'many', 'inbound', '', '', 'completed', now()) returning id)
      insert into voice.call_detail_records (id, organization_id, call_id, event_key, token, from_number, to_number,
        disposition, duration_seconds, billable_seconds, raw, recorded_at)
      select gen_random_uuid(), ${many.organizationId}, call.id, 'k' || n, 'many', '+1212555' || n, '+12125550100',
        'answered', 60, 50, '{}', '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 second'
      from call, generate_series(1, 100000) as n`);
    await db.database.orm.execute(sql`analyze voice.call_detail_records`);
    let bytes = 0;
    let highest = 0;
    let chunks = 0;
    let before: number | undefined;
    for await (const chunk of exportCdrs(many, 'csv', {})) {
      bytes += chunk.length;
      chunks += 1;
      if (chunks % 20 !== 0) continue;
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      before ??= heapUsed + arrayBuffers;
      highest = Math.max(highest, heapUsed + arrayBuffers - before);
    }
    expect(chunks).toBe(101);
    expect(bytes).toBeGreaterThan(10_000_000);
    // The whole file as rows would be some hundred megabytes; garbage that was not collected yet is some tens.
    expect(highest).toBeLessThan(80_000_000);
  });
});
