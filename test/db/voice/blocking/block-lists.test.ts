import { eq } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../../src/db/context.ts';
import { createResource, deleteResource, patchResource } from '../../../../src/db/resource.ts';
import { auditEvents, blockListChanges, planVersions } from '../../../../src/db/schema/index.ts';
import { recordCalls } from '../../../../src/voice/calls/record.ts';
import {
  type BlockListStore,
  blockedStatistics,
  changeEntries,
  clearEntries,
  createBlockListStore,
  importEntries,
  listBlockedCalls,
  listCalls,
  listEntries,
  purgeBlockListChanges,
  voiceResources,
} from '../../../../src/voice/index.ts';
import { voice } from '../../../support/call-records.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../../support/database.ts';

let db: TestDatabase;
const opened: BlockListStore[] = [];
beforeAll(async () => {
  db = await openTestDatabase();
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
afterAll(() => db?.close());

const resource = () => {
  const found = voiceResources.find(({ section }) => section === 'blockLists');
  if (found === undefined) throw new Error('no resource of block lists');
  return found;
};

async function withList(name = 'spam'): Promise<Context> {
  const context = await newOrganization(db.database);
  await createResource(context, resource(), { name, action: 'drop' });
  return context;
}

/** A process with the lists in memory. */
async function newStore(): Promise<BlockListStore> {
  const store = await createBlockListStore({ database: db.database, log: pino({ level: 'silent' }) });
  opened.push(store);
  return store;
}

function has(store: BlockListStore, { organizationId }: Context, digits: string, list = 'spam'): boolean {
  return store.of(organizationId).of(list)?.exact(digits) !== undefined;
}

async function* bytesOf(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk);
}

describe('a long block list', () => {
  test('takes numbers and prefixes, tells what it knew and what is none, and can be read by its digits', async () => {
    const context = await withList();
    expect(await changeEntries(context, 'spam', { add: ['+19005550666', '+1976*', '9005550666', 'x9', ''] })).toEqual({
      added: 2,
      known: 0,
      removed: 0,
      absent: 0,
      refusedCount: 1,
      refused: [{ line: 4, message: '"x9" is no number' }],
      total: 2,
    });
    expect(await changeEntries(context, 'spam', { add: ['+19005550666'], remove: ['+1976*', '+4930123456'] })).toEqual(
      expect.objectContaining({ added: 0, known: 1, removed: 1, absent: 1, total: 1 }),
    );
    await changeEntries(context, 'spam', { add: ['+19005550667', '+441632960001'] });
    const first = await listEntries(context, 'spam', { startsWith: '+1900', limit: 1 });
    expect(first.items).toEqual([{ number: '+19005550666' }]);
    const rest = await listEntries(context, 'spam', { startsWith: '+1900', limit: 9, cursor: first.nextCursor ?? '' });
    expect(rest).toEqual({ items: [{ number: '+19005550667' }], nextCursor: null });
  });

  test('changes without a new plan', async () => {
    const context = await withList();
    const plans = () =>
      db.database.orm.select().from(planVersions).where(eq(planVersions.organizationId, context.organizationId));
    expect(await plans()).toHaveLength(1);
    await changeEntries(context, 'spam', { add: ['+19005550666'] });
    expect(await plans()).toHaveLength(1);
  });

  test('is told to the audit by its count', async () => {
    const context = await withList();
    await changeEntries(context, 'spam', { add: ['+19005550666', '+19005550667'] });
    const rows = await db.database.orm
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.organizationId, context.organizationId));
    expect(rows.at(-1)).toMatchObject({
      action: 'voice.block_list.entries',
      after: { entries: 2, added: 2, removed: 0 },
    });
  });

  test('is in memory, follows changes, and stays what it was while nothing changes', async () => {
    const context = await withList();
    await changeEntries(context, 'spam', { add: ['+19005550666'] });
    const store = await newStore();
    const lists = store.of(context.organizationId);
    expect(has(store, context, '19005550666')).toBe(true);
    await changeEntries(context, 'spam', { add: ['+1976*', '+19005550667'], remove: ['+19005550666'] });
    await store.refresh();
    const table = lists.of('spam');
    expect([table?.exact('19005550666'), table?.exact('19005550667'), table?.prefix('19761', 4)]).toEqual([
      undefined,
      0,
      0,
    ]);
    await clearEntries(context, 'spam');
    await store.refresh();
    expect(lists.of('spam')?.size).toBe(0);
  });

  test('is read whole by a process that was away while its changes were purged', async () => {
    const context = await withList();
    await changeEntries(context, 'spam', { add: ['+19005550666'] });
    const store = await newStore();
    await changeEntries(context, 'spam', { add: ['+19005550667'] });
    await changeEntries(context, 'spam', { add: ['+19005550668'], remove: ['+19005550666'] });
    await purgeBlockListChanges(db.database.orm, new Date(Date.now() + 1000));
    expect(await db.database.orm.select().from(blockListChanges)).toEqual([]);
    await store.refresh();
    expect(['6', '7', '8'].map((last) => has(store, context, `1900555066${last}`))).toEqual([false, true, true]);
  });

  test('of another organization, or of another name, is another list', async () => {
    const [one, other] = [await withList(), await withList()];
    await createResource(one, resource(), { name: 'friends', action: 'allow' });
    await changeEntries(one, 'spam', { add: ['+19005550666'] });
    const store = await newStore();
    expect([
      has(store, one, '19005550666'),
      has(store, one, '19005550666', 'friends'),
      has(store, other, '19005550666'),
    ]).toEqual([true, false, false]);
    await expect(changeEntries(other, 'friends', { add: ['+19005550666'] })).rejects.toMatchObject({
      code: 'block_list.missing',
    });
  });

  test('that is renamed or deleted is so in memory', async () => {
    const context = await withList();
    await changeEntries(context, 'spam', { add: ['+19005550666'] });
    const store = await newStore();
    await patchResource(context, resource(), 'spam', { name: 'junk' });
    await store.refresh();
    expect([has(store, context, '19005550666'), has(store, context, '19005550666', 'junk')]).toEqual([false, true]);
    await deleteResource(context, resource(), 'junk');
    await store.refresh();
    expect(store.of(context.organizationId).of('junk')).toBeUndefined();
  });

  test('may be imported as a file in pieces of any size, twice, with the lines that are none', async () => {
    const context = await withList();
    const lines = Array.from({ length: 12_000 }, (_, index) => `+1900${5_000_000 + index},spam`);
    const text = `\uFEFFnumber,reason\r\n${lines.slice(0, 7000).join('\r\n')}\r\nnonsense!\r\n${lines.slice(7000).join('\n')}`;
    const pieces = text.match(/[\s\S]{1,9973}/g) ?? [];
    expect(await importEntries(context, 'spam', bytesOf(...pieces))).toEqual({
      added: 12_000,
      known: 0,
      removed: 0,
      absent: 0,
      refusedCount: 1,
      refused: [{ line: 7002, message: '"nonsense!" is no number' }],
      total: 12_000,
    });
    expect(await importEntries(context, 'spam', bytesOf(text))).toMatchObject({
      added: 0,
      known: 12_000,
      total: 12_000,
    });
    const store = await newStore();
    expect(store.of(context.organizationId).of('spam')?.size).toBe(12_000);
  });

  test('needs the permission', async () => {
    const context = await newOrganization(db.database, { can: (permission) => permission === 'voice.block_list.read' });
    await expect(changeEntries(context, 'spam', { add: [] })).rejects.toMatchObject({ code: 'access.forbidden' });
    await expect(clearEntries(context, 'spam')).rejects.toMatchObject({ code: 'access.forbidden' });
  });
});

describe('the block log', () => {
  const blocked = { match: 'prefix', pattern: '+1976', list: 'spam', action: 'drop', reason: 'premium' } as const;

  test('holds each blocked call once with its rule, and the call log holds it too', async () => {
    const context = await newOrganization(db.database);
    const { organizationId } = context;
    const record = voice({ organizationId, callToken: 'b1', from: '+19765550111', blocked, ended: true });
    await recordCalls(db.database.orm, [record]);
    await recordCalls(db.database.orm, [record]);
    const other = voice({ organizationId, callToken: 'b2', blocked: { ...blocked, list: null, action: 'reject' } });
    await recordCalls(db.database.orm, [
      { ...other, key: 'other' },
      { ...voice({ organizationId, callToken: 'ok' }), key: 'ok' },
    ]);
    const { items } = await listBlockedCalls(context, { filter: { list: 'spam' } });
    expect(items).toMatchObject([{ ...blocked, token: 'b1', from: '+19765550111' }]);
    expect((await listBlockedCalls(context, {})).items).toHaveLength(2);
    expect((await listCalls(context, { filter: { status: 'blocked' } })).items).toHaveLength(2);
    expect(await blockedStatistics(context, new Date(0))).toMatchObject({
      total: 2,
      rules: [{ calls: 1 }, { calls: 1 }],
    });
  });
});
