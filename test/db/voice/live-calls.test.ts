import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachLive, createLiveHub, type LiveHub } from '../../../src/api/index.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { Context } from '../../../src/db/context.ts';
import { type Database, openDatabase } from '../../../src/db/open.ts';
import { findCall, recordCalls } from '../../../src/voice/index.ts';
import type { CallRecord } from '../../../src/webhooks/index.ts';
import { cdr, session, voice } from '../../support/call-records.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

/*
 * What people who watch calls hear, through the database: the process that records a call is not the one they are
 * connected to. The embedded engine has one process, so there both are the same.
 */

let db: TestDatabase;
let other: Database;
let context: Context;
let hub: LiveHub;
let detach: () => Promise<void>;

beforeAll(async () => {
  db = await openTestDatabase();
  other = db.location.url === undefined ? db.database : await openDatabase({ url: db.location.url });
  context = await newOrganization(db.database);
  const report = (error: unknown) => {
    throw error;
  };
  const read = (_organizationId: string, id: string) => findCall(context, id);
  hub = createLiveHub({ clock: systemClock, report, sources: { call: { permission: 'voice.call.read', read } } });
  detach = await attachLive(hub, other, report);
});
afterAll(async () => {
  await detach?.();
  if (other !== db?.database) await other?.close();
  await db?.close();
});

interface Word {
  readonly type: string;
  readonly sequence: number;
  readonly changes?: readonly string[];
  readonly object?: { readonly status: string; readonly place: string | null } | null;
}

function watch(organizationId: string, after?: number) {
  const words: Word[] = [];
  const waiting: (() => void)[] = [];
  const connection = hub.join(
    {
      bufferedAmount: 0,
      send(text) {
        words.push(JSON.parse(text));
        for (const wake of waiting.splice(0)) wake();
      },
      ping() {},
      close() {},
      terminate() {},
    },
    { organizationId, can: () => true, isStillValid: async () => true, ...(after === undefined ? {} : { after }) },
  );
  const until = async (isThere: (words: readonly Word[]) => boolean): Promise<readonly Word[]> => {
    while (!isThere(words)) await new Promise<void>((resolve) => waiting.push(resolve));
    return words;
  };
  return { words, until, gone: () => connection.gone() };
}

const record = (token: string, ...records: CallRecord[]) =>
  recordCalls(
    db.database.orm,
    records.map((one) => ({
      ...one,
      key: `${token}|${one.key}`,
      callToken: token,
      organizationId: context.organizationId,
    })),
  );

const changesOf = (words: readonly Word[]) => words.flatMap(({ changes = [] }) => changes);

describe('who watches calls', () => {
  test('hears a call start, ring, be answered, move and end, in this order and with the call as it is', async () => {
    const watcher = watch(context.organizationId);
    const steps: CallRecord[] = [
      voice({ path: ['number:+12125550100', 'ivr_menu:main'] }),
      session('ringing'),
      session('connected'),
      voice({ document: 2, key: 'stage-2', path: ['ivr_menu:main', 'ring_group:sales'] }),
      cdr('answered'),
    ];
    const expected = ['started', 'ringing', 'answered', 'moved', 'ended'];
    for (const [index, step] of steps.entries()) {
      await record('one', step);
      await watcher.until((words) => changesOf(words).includes(expected[index] ?? ''));
    }
    expect(changesOf(watcher.words)).toEqual(expected);
    const last = watcher.words.at(-1);
    expect(last).toMatchObject({ type: 'event', object: { status: 'completed', place: 'ring_group:sales' } });
    watcher.gone();
  });

  test('who was away resumes with what was missed, by the last sequence they saw', async () => {
    const witness = watch(context.organizationId);
    const after = witness.words[0]?.sequence ?? 0;
    await record('two', voice());
    await witness.until((words) => words.length > 1);
    const back = watch(context.organizationId, after);
    expect(back.words[0]).toMatchObject({ type: 'hello', resumed: true });
    expect(changesOf(back.words)).toEqual(['started']);
    const stranger = watch(context.organizationId, 12);
    expect(stranger.words).toMatchObject([{ type: 'hello', resumed: false }]);
    for (const client of [witness, back, stranger]) client.gone();
  });

  test('a repeat of what is known is no news', async () => {
    const watcher = watch(context.organizationId);
    await record('two', voice());
    await record('three', voice());
    const words = await watcher.until((all) => all.length > 1);
    expect(words.slice(1)).toMatchObject([{ changes: ['started'], object: { token: 'three' } }]);
    watcher.gone();
  });

  test('another organization hears nothing of it', async () => {
    const stranger = watch((await newOrganization(db.database)).organizationId);
    const watcher = watch(context.organizationId);
    await record('four', voice());
    await watcher.until((words) => words.length > 1);
    expect(stranger.words).toHaveLength(1);
    stranger.gone();
    watcher.gone();
  });
});
