import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/db/context.ts';
import { recordCalls } from '../../../src/voice/calls/record.ts';
import {
  deleteVoicemail,
  getVoicemail,
  listVoicemail,
  markVoicemail,
  readMailbox,
} from '../../../src/voice/voicemail/messages.ts';
import type { CallRecord, RecordingRecord } from '../../../src/webhooks/index.ts';
import { voice } from '../../support/call-records.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

const SUBJECT = 'voicemail:101/1';
const URL = 'https://recordings.example/1.mp3';

/** The way back from `<Record>`, or what came before it. */
const wayBack = voice({
  document: 2,
  key: 'stage-2',
  from: '+12125550150',
  callerName: 'Dora & Dane',
  voicemail: { subject: SUBJECT, recording: { url: URL } },
});

const callback: RecordingRecord = {
  kind: 'recording',
  key: 'recording-1',
  at: '2026-01-06T09:00:40.000Z',
  organizationId: wayBack.organizationId,
  callToken: wayBack.callToken,
  recordingSid: 'RE1',
  status: 'completed',
  rawStatus: 'completed',
  url: URL,
  durationSeconds: 12,
  startedAt: null,
  subject: SUBJECT,
  raw: {},
};

async function stored(...batches: readonly (readonly CallRecord[])[]): Promise<Context> {
  const context = await newOrganization(db.database);
  const { organizationId } = context;
  for (const batch of batches)
    await recordCalls(db.database.orm, batch.map((record) => ({ ...record, organizationId })) as CallRecord[]);
  return context;
}

describe('a message that was left', () => {
  const expected = {
    box: '101',
    from: '+12125550150',
    callerName: 'Dora & Dane',
    recordingUrl: URL,
    durationSeconds: 12,
    readAt: null,
  };

  test.each([
    ['the way back first', [[wayBack], [callback]]],
    ['the callback first', [[callback], [wayBack]]],
    ['both in one batch', [[wayBack, callback]]],
    ['both twice', [[wayBack, callback], [callback], [wayBack]]],
  ] as const)('is one row: %s', async (_, batches) => {
    const context = await stored(...batches);
    const { items } = await listVoicemail(context, { filter: { box: '101' } });
    expect(items).toMatchObject([expected]);
  });

  test('is stored by the callback alone, for callers who hang up', async () => {
    const context = await stored([voice({ from: '+12125550150' }), callback]);
    expect((await listVoicemail(context, {})).items).toMatchObject([{ box: '101', from: '+12125550150' }]);
  });

  test('that holds nothing is none', async () => {
    const context = await stored([voice(), { ...callback, status: 'absent', url: null }]);
    expect((await listVoicemail(context, {})).items).toEqual([]);
  });

  test('of one call twice is two messages', async () => {
    const again = {
      ...callback,
      key: 'recording-2',
      url: 'https://recordings.example/2.mp3',
      subject: 'voicemail:101/4',
    };
    const context = await stored([wayBack, callback, again]);
    expect((await listVoicemail(context, {})).items).toHaveLength(2);
  });
});

describe('messages that wait', () => {
  test('are filtered by box and by whether they were heard, page by page', async () => {
    const others = Array.from({ length: 5 }, (_, index) => ({
      ...callback,
      key: `recording-${index + 2}`,
      at: `2026-01-06T09:0${index + 1}:00.000Z`,
      subject: `voicemail:${index % 2 === 0 ? '101' : '102'}/${index + 2}`,
    }));
    const context = await stored([wayBack, callback, ...others]);
    const first = await listVoicemail(context, { filter: { box: '101' }, limit: 3 });
    const second = await listVoicemail(context, { filter: { box: '101' }, limit: 3, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map(({ receivedAt }) => receivedAt)).toEqual(
      [...first.items, ...second.items]
        .map(({ receivedAt }) => receivedAt)
        .sort()
        .reverse(),
    );
    expect(first.items.length + second.items.length).toBe(4);
    const [heard] = first.items;
    expect((await markVoicemail(context, heard?.id ?? '', true)).readAt).not.toBeNull();
    expect((await listVoicemail(context, { filter: { status: 'new' } })).items).toHaveLength(5);
    expect((await listVoicemail(context, { filter: { status: 'read' } })).items).toMatchObject([{ id: heard?.id }]);
  });

  test('deleted stay deleted, also when the callback comes again', async () => {
    const context = await stored([wayBack, callback]);
    const [message] = (await listVoicemail(context, {})).items;
    await deleteVoicemail(context, message?.id ?? '');
    const { organizationId } = context;
    await recordCalls(db.database.orm, [{ ...callback, key: 'again', organizationId }]);
    expect((await listVoicemail(context, {})).items).toEqual([]);
    await expect(getVoicemail(context, message?.id ?? '')).rejects.toMatchObject({ code: 'voicemail_message.missing' });
  });

  test('are nobody else’s', async () => {
    const context = await stored([wayBack, callback]);
    const [message] = (await listVoicemail(context, {})).items;
    const other = await newOrganization(db.database);
    expect((await listVoicemail(other, {})).items).toEqual([]);
    await expect(markVoicemail(other, message?.id ?? '', true)).rejects.toMatchObject({
      code: 'voicemail_message.missing',
    });
    await expect(deleteVoicemail(other, message?.id ?? '')).rejects.toMatchObject({ kind: 'missing' });
  });

  test('are heard and deleted by the owner on the telephone', async () => {
    const context = await stored([wayBack, callback]);
    const { organizationId } = context;
    const [message] = await readMailbox(db.database.orm, organizationId, '101');
    expect(message).toMatchObject({ url: URL, isRead: false });
    const did = (action: 'read' | 'delete', document: number) =>
      voice({
        organizationId,
        callToken: 'owner',
        document,
        key: `owner-${document}`,
        mailbox: { action, message: message?.id ?? '' },
      });
    await recordCalls(db.database.orm, [did('read', 3)]);
    expect(await readMailbox(db.database.orm, organizationId, '101')).toMatchObject([{ isRead: true }]);
    await recordCalls(db.database.orm, [did('delete', 4)]);
    expect(await readMailbox(db.database.orm, organizationId, '101')).toEqual([]);
  });
});
