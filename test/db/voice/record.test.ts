import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDrain } from '../../../src/db/journal-drain.ts';
import { parseStorable } from '../../../src/db/json.ts';
import { isDataError } from '../../../src/db/postgres-error.ts';
import { callDetailRecords, callEvents, calls } from '../../../src/db/schema/index.ts';
import { openJournal } from '../../../src/platform/journal/journal.ts';
import { recordCalls } from '../../../src/voice/calls/record.ts';
import type { CallRecord } from '../../../src/webhooks/index.ts';
import { cdr, session, voice } from '../../support/call-records.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

const orm = () => db.database.orm;

async function organizationId(): Promise<string> {
  return (await newOrganization(db.database)).organizationId;
}

const callsOf = (id: string) => orm().select().from(calls).where(eq(calls.organizationId, id));
const eventsOf = (id: string) => orm().select().from(callEvents).where(eq(callEvents.organizationId, id));

/** As the drain reads them from the journal. */
const asRead = (records: readonly CallRecord[]) =>
  records.map((record) => parseStorable(JSON.stringify(record)) as CallRecord);

describe('recording calls', () => {
  test('a call, its updates and its CDR become one row with its events', async () => {
    const id = await organizationId();
    const records = [
      voice({ trace: ['number → extension 101'] }),
      session('ringing'),
      session('connected'),
      cdr('answered'),
    ];
    await recordCalls(
      orm(),
      records.map((record) => ({ ...record, organizationId: id })),
    );
    expect(await callsOf(id)).toMatchObject([
      { status: 'completed', fromNumber: '+12125550101', billableSeconds: 50, trace: ['number → extension 101'] },
    ]);
    expect(await eventsOf(id)).toHaveLength(4);
    const cdrs = await orm().select().from(callDetailRecords).where(eq(callDetailRecords.organizationId, id));
    expect(cdrs).toHaveLength(1);
  });

  test('characters that jsonb does not know, in a token or a name of a field, hold up nothing', async () => {
    const id = await organizationId();
    const odd = { callToken: 'a\u0000b\ud800', organizationId: id, raw: { 'x\u0000': ['\udc00'] } };
    await recordCalls(orm(), asRead([session('ringing', odd), session('connected', { organizationId: id })]));
    await recordCalls(orm(), asRead([session('connected', { ...odd, key: 'odd\u0000' }), session('ringing', odd)]));
    expect((await callsOf(id)).map(({ token, status }) => [token, status]).sort()).toEqual([
      ['40e06707b6a27e3078264ea74c707da0', 'answered'],
      ['ab\ufffd', 'answered'],
    ]);
    expect(await eventsOf(id)).toHaveLength(3);
  });

  test('a key too long for its index is refused as data, so the drain can set it aside', async () => {
    const id = await organizationId();
    const callToken = randomBytes(20_000).toString('hex');
    const refused = recordCalls(orm(), [session('ringing', { callToken, organizationId: id })]);
    expect(isDataError(await refused.catch((error: unknown) => error))).toBe(true);
  });

  test('the same batch again, and pieces of it in another order, change nothing', async () => {
    const id = await organizationId();
    const records: CallRecord[] = [voice(), session('connected'), cdr('answered')].map((record) => ({
      ...record,
      organizationId: id,
    }));
    await recordCalls(orm(), records);
    const before = [await callsOf(id), await eventsOf(id)];
    await recordCalls(orm(), [...records].reverse());
    await recordCalls(orm(), [records[1] as CallRecord, records[1] as CallRecord]);
    const after = [await callsOf(id), await eventsOf(id)];
    expect(after).toEqual(before);
  });

  test('a CDR for a call nobody heard of creates the call, also when it has no session', async () => {
    const id = await organizationId();
    await recordCalls(orm(), [
      { ...cdr('no-answer'), organizationId: id },
      { ...cdr('busy'), organizationId: id, callToken: null, key: 'lonely' },
    ]);
    expect((await callsOf(id)).map((call) => call.status).sort()).toEqual(['busy', 'no_answer']);
  });

  test('a call of the first release, which has no ledger, is told on from what happened on it', async () => {
    const id = await organizationId();
    const records = [voice({ trace: ['one'] }), session('connected'), cdr('answered')].map((record) => ({
      ...record,
      organizationId: id,
    }));
    await recordCalls(orm(), records);
    const [whole] = await callsOf(id);
    await orm().delete(calls).where(eq(calls.organizationId, id));
    await recordCalls(orm(), records.slice(0, 2));
    await orm().update(calls).set({ ledger: null }).where(eq(calls.organizationId, id));
    await recordCalls(orm(), records.slice(2));
    const { id: _one, updatedAt: _two, ...expected } = whole ?? {};
    expect(await callsOf(id)).toMatchObject([expected]);
  });

  test('two drains that store the same call at once agree', async () => {
    const id = await organizationId();
    const of = (record: CallRecord): CallRecord => ({ ...record, organizationId: id });
    await Promise.all([
      recordCalls(orm(), [of(voice()), of(session('ringing')), of(session('connected'))]),
      recordCalls(orm(), [of(session('ringing')), of(cdr('answered')), of(voice())]),
    ]);
    expect(await callsOf(id)).toMatchObject([{ status: 'completed' }]);
    expect(await eventsOf(id)).toHaveLength(4);
  });

  test('bytes that jsonb cannot hold do not lose the record', async () => {
    const id = await organizationId();
    await recordCalls(orm(), asRead([{ ...voice({ callerName: 'A\0B\ud800' }), organizationId: id }]));
    expect(await callsOf(id)).toMatchObject([{ callerName: 'AB�' }]);
  });

  test('one record the database refuses is set aside and the rest of the journal is stored', async () => {
    const id = await organizationId();
    const home = mkdtempSync(join(tmpdir(), 'drain-'));
    const journal = openJournal({ directory: home, maxBytes: 1_000_000 });
    const stranger = '00000000-0000-7000-8000-00000000dead';
    for (let n = 0; n < 20; n += 1) {
      const organization = n === 7 ? stranger : id;
      journal.append({ ...voice({ key: `k${n}` }), callToken: `t${n}`, organizationId: organization });
    }
    const rejectedPath = join(home, 'rejected.ndjson');
    const drain = startDrain({
      journal,
      store: (records) => recordCalls(orm(), records as CallRecord[]),
      rejectedPath,
      log: pino({ level: 'silent' }),
    });
    await drain.settled();
    await drain.close();
    journal.close();
    expect(await callsOf(id)).toHaveLength(19);
    expect(readFileSync(rejectedPath, 'utf8').trim().split('\n')).toHaveLength(1);
    expect(readFileSync(rejectedPath, 'utf8')).toContain('"k7"');
    rmSync(home, { recursive: true });
  });

  test('a record that our own code cannot handle is set aside too', async () => {
    const home = mkdtempSync(join(tmpdir(), 'drain-'));
    const journal = openJournal({ directory: home, maxBytes: 1_000_000 });
    const stored: unknown[] = [];
    const drain = startDrain({
      journal,
      store: async (records) => {
        if (records.includes('odd')) throw new TypeError('cannot read what is not there');
        stored.push(...records);
      },
      rejectedPath: join(home, 'rejected.ndjson'),
      log: pino({ level: 'silent' }),
    });
    for (const record of ['a', 'odd', 'b']) journal.append(record);
    await drain.settled();
    await drain.close();
    journal.close();
    expect(stored).toEqual(['a', 'b']);
    expect(readFileSync(join(home, 'rejected.ndjson'), 'utf8')).toContain('"odd"');
    rmSync(home, { recursive: true });
  });

  test('while the database is away the journal holds, and nothing is missing afterwards', async () => {
    const id = await organizationId();
    const home = mkdtempSync(join(tmpdir(), 'drain-'));
    const journal = openJournal({ directory: home, maxBytes: 1_000_000 });
    let attempts = 0;
    const drain = startDrain({
      journal,
      store: async (records) => {
        attempts += 1;
        if (attempts <= 3) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        await recordCalls(orm(), records as CallRecord[]);
      },
      rejectedPath: join(home, 'rejected.ndjson'),
      log: pino({ level: 'silent' }),
      batch: () => 4,
    });
    for (let n = 0; n < 10; n += 1)
      journal.append({ ...voice({ key: `k${n}` }), callToken: `t${n}`, organizationId: id });
    await drain.settled();
    await drain.close();
    journal.close();
    expect(await callsOf(id)).toHaveLength(10);
    rmSync(home, { recursive: true });
  });
});
