import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/db/context.ts';
import { recordCalls } from '../../../src/voice/calls/record.ts';
import { listParticipants } from '../../../src/voice/conference/participants.ts';
import { createCounters } from '../../../src/voice/counters.ts';
import type { CallRecord } from '../../../src/webhooks/index.ts';
import { cdr, session, voice } from '../../support/call-records.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

const ROOM = 'conference_room:daily & "co"';
let second = 0;

/** An event of the conference, a second after the one before. */
function event(conferenceEvent: string, callToken = 'one'): CallRecord {
  second += 1;
  const at = new Date(Date.parse('2026-01-06T09:00:00Z') + second * 1000).toISOString();
  return session('unknown', { key: `event-${second}`, at, callToken, conferenceEvent, subject: ROOM, isFinal: false });
}

const dialled = (callToken = 'one') =>
  voice({ callToken, key: `stage-${callToken}`, from: `+1212555${callToken.length}` });

async function record(context: Context, ...records: readonly CallRecord[]): Promise<void> {
  const { organizationId } = context;
  await recordCalls(db.database.orm, records.map((one) => ({ ...one, organizationId })) as CallRecord[]);
}

const present = async (context: Context) =>
  (await listParticipants(context, { filter: { presence: 'present' } })).items;

describe('who is in a conference', () => {
  test.each(['participant-join', 'ParticipantJoin', 'join'])('%s brings a caller in', async (word) => {
    const context = await newOrganization(db.database);
    await record(context, dialled(), event(word));
    expect(await present(context)).toMatchObject([{ room: 'daily & "co"', callToken: 'one', isMuted: false }]);
  });

  test('leaving, and coming back, are two stays', async () => {
    const context = await newOrganization(db.database);
    await record(context, dialled(), event('participant-join'), event('participant-leave'));
    expect(await present(context)).toEqual([]);
    await record(context, event('participant-join'));
    expect(await present(context)).toHaveLength(1);
    expect((await listParticipants(context, { filter: { room: 'daily & "co"' } })).items).toHaveLength(2);
  });

  test('unmute is not mute, unhold is not hold', async () => {
    const context = await newOrganization(db.database);
    await record(context, dialled(), event('participant-join'), event('participant-mute'), event('participant-hold'));
    expect(await present(context)).toMatchObject([{ isMuted: true, isOnHold: true }]);
    await record(context, event('participant-unmute'), event('participant-unhold'));
    expect(await present(context)).toMatchObject([{ isMuted: false, isOnHold: false }]);
  });

  test('the end of the conference is the end for all, a repeat of everything changes nothing', async () => {
    const context = await newOrganization(db.database);
    const all = [dialled(), dialled('three'), event('participant-join'), event('participant-join', 'three')];
    const end = event('conference-end');
    await record(context, ...all);
    expect(await present(context)).toHaveLength(2);
    await record(context, end);
    await record(context, ...all, end);
    expect(await present(context)).toEqual([]);
    expect((await listParticipants(context, {})).items).toHaveLength(2);
  });

  test('the end of a call ends its stay and gives its seat back', async () => {
    const context = await newOrganization(db.database);
    const seat = { kind: 'seat', key: 's', room: 'daily & "co"', limit: 1, holdSeconds: 3600 } as const;
    const take = (callToken: string) =>
      createCounters(db.database.orm).answer(
        { organizationId: context.organizationId, callToken, at: new Date('2026-01-06T09:00:00Z') },
        seat,
      );
    expect(await take('one')).toBe(1);
    expect(await take('two')).toBe(0);
    await record(context, dialled(), event('participant-join'));
    await record(context, cdr('answered', { callToken: 'one' }));
    expect(await present(context)).toEqual([]);
    expect(await take('two')).toBe(1);
  });

  test('a caller who joined after their call ended is not there', async () => {
    const context = await newOrganization(db.database);
    await record(context, dialled(), cdr('answered', { callToken: 'one', endedAt: '2026-01-06T09:00:30.000Z' }));
    await record(context, event('participant-join'));
    expect(await present(context)).toEqual([]);
  });

  test('is nobody else’s business', async () => {
    const context = await newOrganization(db.database);
    await record(context, dialled(), event('participant-join'));
    expect(await present(await newOrganization(db.database))).toEqual([]);
  });
});
