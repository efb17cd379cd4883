import { describe, expect, it, vi } from 'vitest';
import { PHRASES } from '../../src/routing/index.ts';
import { APOLOGY, readCxml, VOICE_PATH } from '../../src/webhooks/index.ts';
import { ownSample } from './samples.ts';
import { actionIn, BEARER, postVoice, TOKEN, voiceApp, voiceRecords } from './support.ts';

const REJECTED = '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Reject/></Response>';

describe('voice', () => {
  it('answers 200 with CXML, and the record is with the journal before the answer is', async () => {
    const room = voiceApp();
    const { headers, body } = ownSample('voice-inbound.json');
    const response = await room.app.request(VOICE_PATH, {
      method: 'POST',
      headers: { ...headers },
      body: JSON.stringify(body),
    });
    expect(room.records).toHaveLength(1);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/xml');
    const cxml = await response.text();
    expect(cxml).toContain('<Gather action="https://pbx.example/webhooks/cloudonix/voice?c=');
    expect(room.records[0]).toEqual({
      kind: 'voice',
      key: '7d1f0a5b2c3e4d5f6a7b8c9d0e1f2a3b|1|00aa00000000f001',
      at: '2026-11-18T17:00:00.000Z',
      organizationId: 'org-acme',
      callToken: '7d1f0a5b2c3e4d5f6a7b8c9d0e1f2a3b',
      document: 1,
      from: '+16465550150',
      to: '+16465550102',
      direction: 'inbound',
      callerName: 'DINA DORN',
      did: '+16465550102',
      input: { digits: null, speech: null, dialOutcome: null },
      path: ['number:+16465550102', 'ivr_menu:main'],
      rings: [],
      facts: { counters: {}, overTrunk: true, random: 0 },
      trace: [
        'call from outside: +16465550150 to +16465550102',
        'number +16465550102 → ivr_menu:main',
        'IVR menu main: presentation 1 of 3',
      ],
      cxml,
      planVersion: 3,
      ended: false,
      blocked: null,
      assistant: null,
      assistantResult: null,
      failure: null,
    });
  });

  it('answers a GET alike', async () => {
    const query = new URLSearchParams({ From: '+16465550150', To: '+16465550104', Domain: 'acme', Session: 's' });
    const response = await voiceApp().app.request(`${VOICE_PATH}?${query}`, {
      headers: { authorization: `Bearer ${BEARER}` },
    });
    expect(await response.text()).toContain('<Number>101</Number>');
  });

  it.each<readonly [string, Parameters<typeof postVoice>[1], Parameters<typeof postVoice>[2]]>([
    ['a wrong bearer', {}, { bearer: 'guess' }],
    ['no bearer', {}, { bearer: null }],
    ['an empty bearer', {}, { bearer: '' }],
    ['another scheme', {}, { bearer: null, headers: { authorization: `Basic ${BEARER}` } }],
    ['an unknown domain', { Domain: 'other.cloudonix.net' }, {}],
    ['no domain', { Domain: null }, {}],
  ])('%s gets 401 with a Reject and leaves no record', async (_what, fields, options) => {
    const room = voiceApp();
    const response = await postVoice(room, { To: '+16465550104', ...fields }, options);
    expect([response.status, await response.text()]).toEqual([401, REJECTED]);
    expect(response.headers.get('content-type')).toBe('application/xml');
    expect(room.records).toEqual([]);
  });

  it.each(['acme', 'ACME.Cloudonix.NET', 'acme.cloudonix.net'])(
    'finds the organization of domain %s',
    async (Domain) => {
      expect((await postVoice(voiceApp(), { To: '+16465550104', Domain })).status).toBe(200);
    },
  );

  it.each(['HEAD', 'PUT', 'DELETE', 'PATCH'])('%s is not allowed and plays no step of a call', async (method) => {
    const room = voiceApp();
    const headers = { authorization: `Bearer ${BEARER}`, 'x-cx-domain': 'acme', 'x-cx-to': '+16465550104' };
    const response = await room.app.request(VOICE_PATH, { method, headers });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
    expect(room.records).toEqual([]);
  });

  it('turns away a body over 256 KB, announced or not', async () => {
    const room = voiceApp();
    expect((await postVoice(room, { To: 'x'.repeat(300_000) })).status).toBe(413);
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)),
    });
    const request = new Request(`https://x.example${VOICE_PATH}`, {
      method: 'POST',
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect((await room.app.request(request)).status).toBe(413);
  });

  it.each(['', '{', '[]', 'null', '"text"', '<xml/>', '{"Domain":{}}', '{"Domain":"acme","To":{"a":1},"From":[]}'])(
    'a body of %j with a valid key is answered all the same',
    async (body) => {
      const headers = { authorization: `Bearer ${BEARER}`, 'content-type': 'application/json', 'x-cx-domain': 'acme' };
      const response = await voiceApp().app.request(VOICE_PATH, { method: 'POST', headers, body });
      expect(response.status).toBe(200);
      expect(readCxml(await response.text()).name).toBe('Response');
    },
  );
});

describe('a call goes on', () => {
  it('where its token says, and each document is recorded in order', async () => {
    const room = voiceApp();
    const menu = await (await postVoice(room, { To: '+16465550102' })).text();
    const ringing = await (await postVoice(room, { To: '+16465550102', Digits: '1' }, { url: actionIn(menu) })).text();
    expect(ringing).toContain('<Number>101</Number><Number>102</Number>');
    const backup = await (
      await postVoice(room, { To: '+16465550102', DialCallStatus: 'no-answer' }, { url: actionIn(ringing) })
    ).text();
    expect(backup).toContain('<Number>102</Number>');
    const end = await (
      await postVoice(room, { To: '+16465550102', DialCallStatus: 'completed' }, { url: actionIn(backup) })
    ).text();
    expect(end).toContain('<Response><Hangup/></Response>');
    expect(voiceRecords(room.records).map(({ document, ended }) => [document, ended])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ]);
    expect(new Set(room.records.map(({ key }) => key)).size).toBe(4);
  });

  it('but not with the token of another call, nor with one that was changed, nor by starting anew', async () => {
    const room = voiceApp();
    const url = actionIn(await (await postVoice(room, { To: '+16465550105' })).text());
    for (const [fields, address] of [
      [{ Session: 'another' }, url],
      [{}, `${url}x`],
      [{}, `${VOICE_PATH}?c=`],
    ] as const) {
      const response = await postVoice(room, { To: '+16465550105', Digits: '4321', ...fields }, { url: address });
      expect([response.status, await response.text()]).toEqual([200, APOLOGY]);
      expect(voiceRecords(room.records).at(-1)).toMatchObject({
        ended: true,
        failure: expect.stringContaining('token'),
      });
    }
  });

  it('as a subscriber only if it began as one', async () => {
    const room = voiceApp();
    const menu = await (await postVoice(room, { To: '+16465550102' })).text();
    const claims = { From: '101', To: '+16465550102', Direction: 'subscriber', Digits: '109' };
    const forwarded = await (await postVoice(room, claims, { url: actionIn(menu) })).text();
    expect(forwarded).toContain('trunks="carrier-us"');
    expect(forwarded).not.toContain('callerId="+16465550100"');
  });

  it('round robin advances with each call, also when the caller gives up', async () => {
    const room = voiceApp();
    const first = [];
    for (const Session of ['a', 'b', 'c']) {
      const cxml = await (await postVoice(room, { To: '+16465550107', Session })).text();
      first.push(/<Number>(\d+)/.exec(cxml)?.[1]);
    }
    expect(first).toEqual(['101', '102', '101']);
  });
});

describe('when something behind the voice path fails', () => {
  it('a slow or broken counter costs 150 ms at most, then the local one decides', async () => {
    vi.useFakeTimers();
    try {
      const counterFellBack = vi.fn();
      const never = voiceApp({ counters: { answer: () => new Promise(() => {}) }, metrics: { counterFellBack } });
      const answer = postVoice(never, { To: '+16465550107' });
      await vi.advanceTimersByTimeAsync(150);
      expect((await answer).status).toBe(200);
      expect(counterFellBack).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
    const broken = voiceApp({ counters: { answer: () => Promise.reject(new Error('down')) } });
    const rings = new Set<string | undefined>();
    for (const Session of ['a', 'b']) {
      rings.add(/<Number>(\d+)/.exec(await (await postVoice(broken, { To: '+16465550107', Session })).text())?.[1]);
    }
    expect(rings).toEqual(new Set(['101', '102']));
  });

  it('after a miss the next callers do not wait for the same database, and it is asked again later', async () => {
    let now = Date.parse('2026-11-18T17:00:00Z');
    const asked: string[] = [];
    const room = voiceApp({
      clock: { now: () => new Date(now) },
      counters: {
        answer: (_, { key }) => {
          asked.push(key);
          return Promise.reject(new Error('down'));
        },
      },
    });
    const ring = (Session: string) => postVoice(room, { To: '+16465550107', Session });
    for (const Session of ['a', 'b', 'c']) expect((await ring(Session)).status).toBe(200);
    expect(asked).toHaveLength(1);
    now += 2_000;
    await ring('d');
    expect(asked).toHaveLength(2);
  });

  it.each<readonly [string, () => boolean | Promise<boolean>]>([
    ['full', () => false],
    ['full, later', async () => false],
    [
      'broken',
      () => {
        throw new Error('disk');
      },
    ],
    ['broken, later', () => Promise.reject(new Error('disk'))],
  ])('a journal that is %s costs the record, never the call', async (_how, append) => {
    const recordDropped = vi.fn();
    const response = await postVoice(voiceApp({ events: { append }, metrics: { recordDropped } }), {
      To: '+16465550104',
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<Number>101</Number>');
    expect(recordDropped).toHaveBeenCalledTimes(1);
  });

  it('a plan store that throws gives an apology, counted, and no secret in the log', async () => {
    const answered = vi.fn();
    const error = vi.fn();
    const plans = {
      byDomain: () => {
        throw new Error('store is gone');
      },
      byWebhookToken: () => undefined,
    };
    const response = await postVoice(voiceApp({ plans, metrics: { answered }, log: { error, warn: error } }), {});
    expect([response.status, await response.text()]).toEqual([200, APOLOGY]);
    expect(answered).toHaveBeenCalledWith(expect.any(Number), 'failed');
    expect(JSON.stringify(error.mock.calls)).not.toContain(BEARER);
    expect(JSON.stringify(error.mock.calls)).toContain('store is gone');
  });

  it('an address that cannot be made gives an apology and a record of why', async () => {
    const room = voiceApp({
      publicUrl: () => {
        throw new Error('no address');
      },
    });
    expect(await (await postVoice(room, { To: '+16465550104' })).text()).toContain(PHRASES.apology);
    expect(voiceRecords(room.records)[0]).toMatchObject({ failure: 'no address', ended: true });
  });
});

describe('callbacks', () => {
  const post = (room: ReturnType<typeof voiceApp>, path: string, body: unknown, headers: Record<string, string> = {}) =>
    room.app.request(`/webhooks/cloudonix/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const bodies = {
    session: ownSample('session-connected-array.json').body,
    cdr: ownSample('cdr-answered.json').body,
    recording: ownSample('recording-completed.json').body,
  };
  const kinds = ['session', 'cdr', 'recording'] as const;

  it.each(kinds)('%s is taken with 204 and recorded', async (kind) => {
    const room = voiceApp();
    const response = await post(room, `${kind}/${TOKEN}`, bodies[kind]);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(room.records).toMatchObject([{ kind, organizationId: 'org-acme', at: '2026-11-18T17:00:00.000Z' }]);
  });

  it.each(kinds)('%s with an unknown token is 401, whatever the body', async (kind) => {
    const room = voiceApp();
    expect((await post(room, `${kind}/guess`, bodies[kind])).status).toBe(401);
    expect((await post(room, `${kind}/guess`, bodies[kind], { authorization: 'Bearer guess' })).status).toBe(401);
    expect((await post(room, `${kind}/guess`, '{')).status).toBe(401);
    expect(room.records).toEqual([]);
  });

  it.each(['session', 'cdr'] as const)('%s is taken with the bearer of the domain it names', async (kind) => {
    const room = voiceApp();
    expect((await post(room, `${kind}/guess`, bodies[kind], { authorization: `Bearer ${BEARER}` })).status).toBe(204);
  });

  it.each(kinds)('%s: a body that says nothing is 400 with a problem', async (kind) => {
    for (const body of ['', '{', '[]', '{}', '7']) {
      const response = await post(voiceApp(), `${kind}/${TOKEN}`, body);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({ status: 400, detail: `the body is not a ${kind} callback` });
    }
  });

  it.each(kinds)('%s: a full or failing journal asks to come again', async (kind) => {
    for (const append of [() => false, () => Promise.reject(new Error('disk'))]) {
      const response = await post(voiceApp({ events: { append } }), `${kind}/${TOKEN}`, bodies[kind]);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
    }
  });

  it('only POST, and no more than 256 KB', async () => {
    const room = voiceApp();
    expect((await room.app.request(`/webhooks/cloudonix/cdr/${TOKEN}`)).status).toBe(405);
    expect((await post(room, `cdr/${TOKEN}`, 'x'.repeat(300_000), { 'content-length': '300000' })).status).toBe(413);
  });
});
