import { describe, expect, it } from 'vitest';
import { compile, planDocumentSchema } from '../../src/routing/index.ts';
import { createCallbackTokens } from '../../src/webhooks/callback-token.ts';
import { createContinuations } from '../../src/webhooks/continuation.ts';
import { sha256Hex, type Tenant } from '../../src/webhooks/index.ts';
import { actionIn, BEARER, postVoice, voiceApp, voiceRecords } from './support.ts';

const KEY = new Uint8Array(32).fill(1);
const NOW = Date.parse('2026-11-18T17:00:00Z');
const claim = { domain: 'acme.cloudonix.net', callToken: 'c0ffee', subject: 'voicemail:101/1' };

const tenant: Tenant = {
  organizationId: 'org-acme',
  slug: 'acme',
  domain: 'acme.cloudonix.net',
  requestsKeyHash: sha256Hex(BEARER),
  webhookTokenHash: sha256Hex('other'),
  plan: compile(
    planDocumentSchema.parse({
      organization: { slug: 'acme', name: 'Acme' },
      numbers: [
        { number: '+16465550100', routeTo: 'voicemail:101' },
        { number: '+16465550101', routeTo: 'conference_room:daily' },
      ],
      voicemailBoxes: [{ number: '101' }],
      conferenceRooms: [{ name: 'daily', record: true }],
    }),
  ),
  planVersion: 1,
};

const room = () =>
  voiceApp({
    plans: { byDomain: () => tenant, byWebhookToken: () => undefined },
    continuationKey: KEY,
    // There is a seat for everybody.
    counters: { answer: async () => 1 },
  });

function attribute(cxml: string, name: string): string {
  return new RegExp(`${name}="([^"]+)"`).exec(cxml)?.[1]?.replaceAll('&amp;', '&') ?? '';
}

const post = (app: ReturnType<typeof room>['app'], url: string, body: unknown) =>
  app.request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('an address made for one call', () => {
  const tokens = createCallbackTokens(KEY);
  const token = tokens.sign(claim, NOW);

  it('says whose it is and what it is about', () => {
    expect(tokens.open(token, NOW)).toEqual(claim);
  });

  it.each([
    ['changed', `${token.slice(0, -2)}AA`],
    [
      'with another content',
      `${Buffer.from('[9999999999,"evil.cloudonix.net","x","y"]').toString('base64url')}.${token.split('.')[1]}`,
    ],
    ['cut', token.split('.')[0] ?? ''],
    ['of three parts', `${token}.x`],
    [
      'of a call itself',
      createContinuations(KEY).sign(
        { organizationId: 'org-acme', callToken: 'c0ffee' },
        { origin: 'outside', node: 'hangup', position: {}, documents: 1, visits: {} },
        NOW,
      ),
    ],
    ['empty', ''],
  ])('is worth nothing when it is %s', (_, text) => {
    expect(tokens.open(text, NOW)).toBeUndefined();
  });

  it('is worth nothing after a day, or under another key', () => {
    expect(tokens.open(token, NOW + 86_400_000)).toBeUndefined();
    expect(createCallbackTokens(new Uint8Array(32).fill(2)).open(token, NOW)).toBeUndefined();
  });
});

describe('a message left in a box', () => {
  it('comes back by the call and by the callback, both with the same subject', async () => {
    const { app, records } = room();
    const cxml = await (await postVoice({ app }, { To: '+16465550100' })).text();
    const callback = attribute(cxml, 'recordingStatusCallback');
    expect(callback).toMatch(/^https:\/\/pbx\.example\/webhooks\/cloudonix\/recording\/[\w-]+\.[\w-]+$/);
    const sound = { RecordingUrl: 'https://recordings.example/1.mp3', RecordingDuration: '7' };
    expect((await post(app, callback, { ...sound, RecordingStatus: 'completed' })).status).toBe(204);
    await postVoice({ app }, { To: '+16465550100', ...sound }, { url: actionIn(cxml) });
    expect(records.filter(({ kind }) => kind === 'recording')).toMatchObject([
      { organizationId: 'org-acme', callToken: 'c0ffee', subject: 'voicemail:101/1', durationSeconds: 7 },
    ]);
    expect(voiceRecords(records).at(-1)?.voicemail).toEqual({
      subject: 'voicemail:101/1',
      recording: { url: 'https://recordings.example/1.mp3', seconds: 7 },
    });
  });

  it('is told about this call only, whatever the callback calls it', async () => {
    const { app, records } = room();
    const cxml = await (await postVoice({ app }, { To: '+16465550100' })).text();
    await post(app, attribute(cxml, 'recordingStatusCallback'), {
      Session: 'somebody-else',
      RecordingStatus: 'completed',
    });
    expect(records.filter(({ kind }) => kind === 'recording')).toMatchObject([{ callToken: 'c0ffee' }]);
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', '/relative', 'x'.repeat(3000)])(
    'has no sound at %s',
    async (RecordingUrl) => {
      const { app, records } = room();
      const cxml = await (await postVoice({ app }, { To: '+16465550100' })).text();
      expect((await postVoice({ app }, { RecordingUrl }, { url: actionIn(cxml) })).status).toBe(200);
      expect(voiceRecords(records).at(-1)?.voicemail).toBeUndefined();
    },
  );

  it('a forged address is refused', async () => {
    const { app } = room();
    const forged = createCallbackTokens(new Uint8Array(32).fill(9)).sign(claim, NOW);
    const response = await post(app, `/webhooks/cloudonix/recording/${forged}`, { RecordingStatus: 'completed' });
    expect(response.status).toBe(401);
  });
});

describe('a conference', () => {
  it('tells who comes and goes at an address of its own', async () => {
    const { app, records } = room();
    const cxml = await (await postVoice({ app }, { To: '+16465550101' })).text();
    const status = attribute(cxml, ' statusCallback');
    expect((await post(app, status, { StatusCallbackEvent: 'participant-join' })).status).toBe(204);
    expect(records.filter(({ kind }) => kind === 'session')).toMatchObject([
      { callToken: 'c0ffee', subject: 'conference_room:daily', conferenceEvent: 'participant-join' },
    ]);
    expect(attribute(cxml, 'recordingStatusCallback')).toContain('/recording/');
  });
});

describe('keys in other scripts', () => {
  it('are keys', async () => {
    const { app, records } = room();
    await postVoice({ app }, { To: '+١٦٤٦٥٥٥٠١٠٠' });
    expect(voiceRecords(records)[0]).toMatchObject({ to: '+16465550100', did: '+16465550100' });
  });
});

it('the menus a call went through come back with it', () => {
  const continuations = createContinuations(KEY);
  const owner = { organizationId: 'o', callToken: 'c' };
  const state = {
    origin: 'outside',
    node: 'ivr_menu:b',
    position: {},
    documents: 2,
    visits: {},
    menus: ['a', 'b'],
  } as const;
  expect(continuations.open(owner, continuations.sign(owner, state, NOW), NOW)).toEqual(state);
  const pinned = { ...state, planVersion: 7 };
  expect(continuations.open(owner, continuations.sign(owner, pinned, NOW), NOW)).toEqual(pinned);
});
