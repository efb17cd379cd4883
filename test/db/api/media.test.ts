import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mediaCollection, mediaRoutes } from '../../../src/api/media.routes.ts';
import { createMediaServer } from '../../../src/api/media-server.ts';
import { resource } from '../../../src/api/resource.ts';
import { putVoicePolicy, voiceResources } from '../../../src/voice/index.ts';
import { readDocument } from '../../../src/voice/plan/document.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mp3, wav } from '../../support/sounds.ts';
import { type Api, apiOf, type Person, personOf } from './support.ts';

let db: TestDatabase;
let api: Api;
let person: Person;
beforeAll(async () => {
  db = await openTestDatabase();
  api = apiOf(db.database, {
    resources: [mediaCollection(), ...voiceResources.map((one) => resource(one))],
    routes: [...mediaRoutes()],
    routers: [{ path: '/', router: createMediaServer({ db: db.database.orm }) }],
  });
  person = await personOf(api, db);
});
afterAll(() => db?.close());

async function put(name: string, bytes: Buffer, who: Person = person, type = 'audio/wav') {
  const response = await api.app.request(`/api/v1/media/${encodeURIComponent(name)}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${who.key}`, 'content-type': type },
    body: new Uint8Array(bytes),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

const play = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  api.app.request(path, { method, headers });

describe('uploading', () => {
  test('stores what the bytes are, whatever the type that came with them says', async () => {
    expect(await put('welcome', mp3(50))).toMatchObject({
      status: 200,
      body: { name: 'welcome', mediaType: 'audio/mpeg', kind: 'announcement', durationMs: 1306 },
    });
  });

  test('by a form takes the name of the file', async () => {
    const form = new FormData();
    form.set('file', new File([new Uint8Array(wav(200))], 'Closing time.wav'));
    form.set('kind', 'music');
    const response = await api.app.request('/api/v1/media', {
      method: 'POST',
      headers: { authorization: `Bearer ${person.key}` },
      body: form,
    });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      name: 'Closing time',
      kind: 'music',
      mediaType: 'audio/wav',
      originalName: 'Closing time.wav',
    });
  });

  test.each([
    ['a page with the name of a sound', 'x', Buffer.from('<html>'), 422, 'file'],
    ['a name with a slash', '../x', wav(100), 422, 'name'],
    ['a name with a control character', 'a\u0007', wav(100), 422, 'name'],
  ])('%s is refused by name of the field', async (_, name, bytes, status, path) => {
    expect(await put(name, bytes)).toMatchObject({ status, body: { errors: [{ path }] } });
  });

  test('more than eight megabytes are refused', async () => {
    expect((await put('long', Buffer.alloc(8 * 1024 * 1024 + 1))).status).toBe(413);
  });

  test('twice at once is one sound', async () => {
    const both = await Promise.all([put('twice', wav(100)), put('twice', wav(200))]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(both.map(({ body }) => body.id)).size).toBe(1);
  });

  test('needs the right to', async () => {
    const reporter = await personOf(api, db, 'reporter', person.context);
    expect((await put('welcome', wav(100), reporter)).status).toBe(403);
    expect((await reporter.ask('GET', '/api/v1/media')).status).toBe(200);
  });
});

describe('playing', () => {
  test('whole, in part, and not again when it is known', async () => {
    const bytes = wav(250);
    const { body } = await put('played', bytes);
    const path = body.path ?? '';
    const whole = await play(path);
    expect(whole.status).toBe(200);
    expect(whole.headers.get('content-type')).toBe('audio/wav');
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    const etag = whole.headers.get('etag') ?? '';
    expect((await play(path, { 'if-none-match': `"other", ${etag}` })).status).toBe(304);
    for (const [range, start, end] of [
      ['bytes=0-9', 0, 9],
      ['bytes=100-', 100, bytes.length - 1],
      ['bytes=-5', bytes.length - 5, bytes.length - 1],
      ['bytes=10-999999', 10, bytes.length - 1],
    ] as const) {
      const part = await play(path, { range });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes ${start}-${end}/${bytes.length}`);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(start, end + 1))).toBe(true);
    }
    expect((await play(path, { range: 'bytes=999999-' })).status).toBe(416);
    for (const range of ['bytes=5-1', 'lines=1-2', 'bytes=0-1,3-4', 'bytes=-'])
      expect((await play(path, { range })).status).toBe(200);
    expect((await play(path, { range: 'bytes=0-9', 'if-range': '"older"' })).status).toBe(200);
  });

  test('HEAD tells the length and sends nothing', async () => {
    const { body } = await put('head', wav(100));
    const head = await play(body.path ?? '', {}, 'HEAD');
    expect(head.headers.get('content-length')).toBe(String(wav(100).length));
    expect(await head.text()).toBe('');
  });

  test('at the same address after it was replaced, with the new sound', async () => {
    const { body: before } = await put('replaced', wav(100));
    const { body: after } = await put('replaced', wav(200));
    expect(after.path).toBe(before.path);
    expect(after.id).toBe(before.id);
    expect((await (await play(before.path ?? '')).arrayBuffer()).byteLength).toBe(wav(200).length);
  });

  test.each(['/media/nothing.wav', '/media/..%2f..%2fsecret', '/media/%00', '/media/AAAAAAAAAAAAAAAAAAAAAA.mp3'])(
    '%s is not there',
    async (path) => {
      expect((await play(path)).status).toBe(404);
    },
  );
});

describe('a sound in use', () => {
  test('is in the plan, cannot be deleted, and can be when nothing plays it', async () => {
    const { body } = await put('greeting', wav(100));
    const menu = { name: 'main', greeting: { play: 'media:greeting' } };
    expect((await person.ask('POST', '/api/v1/ivr-menus', menu)).status).toBe(201);
    expect((await readDocument(person.context)).media).toContainEqual({ name: 'greeting', path: body.path });
    expect(await person.ask('DELETE', '/api/v1/media/greeting')).toMatchObject({
      status: 409,
      body: { code: 'media.in_use', errors: [{ path: 'IVR menu main' }] },
    });
    await person.ask('DELETE', '/api/v1/ivr-menus/main');
    expect((await person.ask('DELETE', '/api/v1/media/greeting')).status).toBe(204);
    expect((await play(body.path ?? '')).status).toBe(404);
  });

  test('may be the announcement of recording', async () => {
    await put('told', wav(100));
    const policy = { recording: { mode: 'all', announcement: { play: 'media:told' } } };
    await putVoicePolicy(person.context, policy);
    expect(await person.ask('DELETE', '/api/v1/media/told')).toMatchObject({
      status: 409,
      body: { code: 'media.in_use', errors: [{ path: 'the announcement of recording' }] },
    });
    await putVoicePolicy(person.context, {});
    expect((await person.ask('DELETE', '/api/v1/media/told')).status).toBe(204);
  });

  test('belongs to one organization', async () => {
    await put('mine', wav(100));
    const other = await personOf(api, db);
    expect((await other.ask('GET', '/api/v1/media/mine')).status).toBe(404);
    expect((await other.ask('DELETE', '/api/v1/media/mine')).status).toBe(404);
    expect((await put('mine', wav(300), other)).body.id).not.toBe((await put('mine', wav(100))).body.id);
  });
});
