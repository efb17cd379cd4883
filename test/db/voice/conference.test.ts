import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/db/context.ts';
import { callEvents } from '../../../src/db/schema/index.ts';
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
function event(conferenceEvent: string, callToken = 'one', modifiedAt: string | null = null): CallRecord {
  second += 1;
  const told = { conferenceEvent, subject: ROOM, isFinal: false, modifiedAt };
  return session('unknown', { key: `event-${second}`, at: after(0), callToken, ...told });
}

/** So many seconds after the last event. */
const after = (seconds: number) =>
  new Date(Date.parse('2026-01-06T09:00:00Z') + (second + seconds) * 1000).toISOString();

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

describe('who speaks in a conference', () => {
  /** An organization with one caller in the room, its list of speakers, and a clock that stands at the last event. */
  async function room() {
    let later = 0;
    const context = await newOrganization(db.database, { clock: { now: () => new Date(after(later)) } });
    await record(context, dialled(), event('participant-join'));
    const speakers = async (seconds = 0) => {
      later = seconds;
      const { items } = await listParticipants(context, {});
      return items.filter(({ isSpeaking }) => isSpeaking).map(({ callToken }) => callToken);
    };
    return { context, speakers };
  }
  const start = (told: string | null = null, callToken = 'one') => event('participant-speech-start', callToken, told);
  const stop = (told: string | null = null, callToken = 'one') => event('participant-speech-stop', callToken, told);
  const TEN = '2026-01-06T08:59:10.000Z';
  const ELEVEN = '2026-01-06T08:59:11.000Z';

  test.each(['participant-speech-start', 'ParticipantSpeechStart', 'PARTICIPANT_SPEECH_START'])('%s', async (word) => {
    const { context, speakers } = await room();
    expect(await speakers()).toEqual([]);
    await record(context, event(word));
    expect(await speakers()).toEqual(['one']);
    await record(context, event(word.replace(/start/i, 'STOP')));
    expect(await speakers()).toEqual([]);
  });

  test('in one batch the last word on each participant counts', async () => {
    const { context, speakers } = await room();
    await record(context, dialled('three'), event('participant-join', 'three'));
    await record(context, start(), start(null, 'three'), stop(), start(), stop(null, 'three'));
    expect(await speakers()).toEqual(['one']);
  });

  test.each([
    ['a start that comes after its stop', () => [stop(ELEVEN), start(TEN)]],
    ['a start that comes again after its stop', () => [start(TEN), stop(ELEVEN), start(TEN)]],
    ['a start and a stop of the same second', () => [start(TEN), stop(TEN), start(TEN)]],
    [
      'a start before somebody left and came back',
      () => [start(), event('participant-leave'), event('participant-join')],
    ],
  ])('%s leaves nobody speaking, one by one and in one batch', async (_, events) => {
    const one = await room();
    for (const each of events()) await record(one.context, each);
    expect(await one.speakers()).toEqual([]);
    const batch = await room();
    await record(batch.context, ...events());
    expect(await batch.speakers()).toEqual([]);
  });

  test('a batch that is handed in again changes nothing', async () => {
    const { context, speakers } = await room();
    const first = start();
    await record(context, first);
    await record(context, stop());
    await record(context, first);
    expect(await speakers()).toEqual([]);
  });

  test('a clock that is ahead keeps nobody speaking', async () => {
    const { context, speakers } = await room();
    await record(context, start('2031-01-01T00:00:00.000Z'));
    await record(context, stop());
    expect(await speakers()).toEqual([]);
  });

  test.each([
    ['who leaves', () => event('participant-leave')],
    ['whose room ends', () => event('conference-end')],
    ['whose call ends', () => cdr('answered', { callToken: 'one' })],
  ])('somebody %s speaks no more', async (_, last) => {
    const { context, speakers } = await room();
    await record(context, start());
    expect(await speakers()).toEqual(['one']);
    await record(context, last());
    expect(await speakers()).toEqual([]);
    await record(context, start());
    expect(await speakers()).toEqual([]);
  });

  test('a stop that never comes is not waited for longer than two minutes', async () => {
    const { context, speakers } = await room();
    await record(context, start());
    expect(await speakers(119)).toEqual(['one']);
    expect(await speakers(120)).toEqual([]);
  });

  test('leaves no trace in the log of calls', async () => {
    const { context } = await room();
    const kept = () =>
      db.database.orm
        .select({ id: callEvents.id })
        .from(callEvents)
        .where(eq(callEvents.organizationId, context.organizationId));
    const before = await kept();
    expect(before).toHaveLength(2);
    await record(context, start(), stop(), start(), stop());
    expect(await kept()).toEqual(before);
  });
});
