import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type ServerType, type WebSocketServerLike } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { attachLive, createLiveHub, type LiveHub, RESOURCE_CHANGES } from '../../../src/api/index.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { notify } from '../../../src/db/notify.ts';
import { createResources } from '../../../src/db/resource.ts';
import {
  createApiKey,
  createPerson,
  createServiceAccount,
  createSignInCode,
  redeemSignInCode,
  revokePerson,
} from '../../../src/identity/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Api, apiOf, extensionResource, type Person, personOf } from './support.ts';

let database: TestDatabase;
let hub: LiveHub;
let api: Api;
let owner: Person;
let server: ServerType;
let base: string;
let detach: () => Promise<void>;
const reads: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  const report = (error: unknown) => {
    throw error;
  };
  hub = createLiveHub({
    clock: systemClock,
    report,
    sources: {
      resource: RESOURCE_CHANGES,
      call: {
        permission: 'voice.call.read',
        read: async (_, id) => {
          reads.push(id);
          return { id, status: 'ringing' };
        },
      },
    },
  });
  api = apiOf(database.database, { live: hub });
  owner = await personOf(api, database);
  detach = await attachLive(hub, database.database, report);
  const sockets = new WebSocketServer({ noServer: true });
  server = createAdaptorServer({
    fetch: api.app.fetch,
    websocket: { server: sockets as unknown as WebSocketServerLike },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await detach?.();
  await new Promise((resolve) => server?.close(resolve));
  await database?.close();
});

interface Client {
  readonly socket: WebSocket;
  /** The next word from the server. */
  readonly next: () => Promise<Record<string, unknown>>;
}

function connect(headers: Record<string, string>, search = ''): Promise<Client> {
  const socket = new WebSocket(`ws://${base}/api/v1/live${search}`, { headers });
  const words: Record<string, unknown>[] = [];
  const waiting: ((word: Record<string, unknown>) => void)[] = [];
  socket.on('message', (data) => {
    const word = JSON.parse(String(data));
    const taker = waiting.shift();
    if (taker === undefined) words.push(word);
    else taker(word);
  });
  const next = () =>
    new Promise<Record<string, unknown>>((resolve) => {
      const word = words.shift();
      if (word === undefined) waiting.push(resolve);
      else resolve(word);
    });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket, next }));
    socket.once('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))));
    socket.once('error', reject);
  });
}

const bearer = () => ({ authorization: `Bearer ${owner.key}` });
const tell = (id: string) =>
  notify(database.database.orm, { topic: 'call', organizationId: owner.context.organizationId, id });

describe('GET /api/v1/live', () => {
  test('a change in the database reaches every client over its WebSocket, read once', async () => {
    const clients = [await connect(bearer()), await connect(bearer())];
    for (const client of clients) expect(await client.next()).toMatchObject({ type: 'hello', resumed: false });
    await tell('call-1');
    for (const client of clients) {
      expect(await client.next()).toMatchObject({
        type: 'event',
        topic: 'call',
        id: 'call-1',
        object: { status: 'ringing' },
      });
    }
    expect(reads.filter((id) => id === 'call-1')).toHaveLength(1);
    for (const { socket } of clients) socket.close();
  });

  test('a change of a resource is told to who may read it, when it is committed, and to nobody else', async () => {
    const admin = await personOf(api, database, 'voice_admin', owner.context);
    const finance = await personOf(api, database, 'finance', owner.context);
    const stranger = await personOf(api, database);
    const [first, second, third] = await Promise.all(
      [admin, finance, stranger].map(({ key }) => connect({ authorization: `Bearer ${key}` })),
    );
    for (const client of [first, second, third]) await client?.next();
    const made = await admin.ask('POST', '/api/v1/extensions', { number: '201', name: 'Ada' });
    expect(await first?.next()).toMatchObject({
      topic: 'resource',
      resource: 'voice.extension',
      id: made.body.id,
      changes: ['create'],
      object: null,
    });
    await admin.ask('PATCH', '/api/v1/extensions/201', { name: 'Ada L.' });
    expect(await first?.next()).toMatchObject({ id: made.body.id, changes: ['change'] });
    expect((await admin.ask('POST', '/api/v1/extensions', { number: '201', name: 'Twin' })).status).toBe(409);
    await admin.ask('DELETE', '/api/v1/extensions/201');
    expect(await first?.next()).toMatchObject({ id: made.body.id, changes: ['delete'] });
    // Whoever heard nothing of it hears the next thing that is theirs to hear.
    hub.reload();
    for (const client of [second, third]) expect(await client?.next()).toMatchObject({ type: 'reload' });
    for (const client of [first, second, third]) client?.socket.close();
  });

  test('somebody who joins or leaves is an event for programs that may read people', async () => {
    const account = await createServiceAccount(owner.context, { name: 'doors', permissions: ['identity.person.read'] });
    const { key } = await createApiKey(owner.context, { name: 'doors', serviceAccount: account.id });
    const program = await connect({ authorization: `Bearer ${key}` });
    await program.next();
    const person = await createPerson(owner.context, { callsign: 'heidi' });
    await revokePerson(owner.context, person.id, { reason: 'left' });
    const told = [await program.next(), await program.next()];
    expect(told.map(({ resource, id, changes }) => [resource, id, changes])).toEqual([
      ['identity.person', person.id, ['create']],
      ['identity.person', person.id, ['revoke']],
    ]);
    program.socket.close();
  });

  test('a file of hundreds is one word for its kind', async () => {
    const client = await connect(bearer());
    await client.next();
    const inputs = Array.from({ length: 150 }, (_, n) => ({ number: String(3000 + n), name: `Desk ${n}` }));
    await createResources(owner.context, extensionResource, inputs);
    expect(await client.next()).toMatchObject({ resource: 'voice.extension', id: null, changes: [] });
    client.socket.close();
  });

  test('a client that reconnects with ?after= gets what it missed', async () => {
    const first = await connect(bearer());
    const { sequence } = await first.next();
    first.socket.close();
    const witness = await connect(bearer());
    await witness.next();
    await tell('missed');
    await witness.next();
    const back = await connect(bearer(), `?after=${sequence}`);
    expect(await back.next()).toMatchObject({ type: 'hello', resumed: true });
    expect(await back.next()).toMatchObject({ id: 'missed' });
    back.socket.close();
    witness.socket.close();
  });

  test('without a key it is refused before the upgrade', async () => {
    await expect(connect({})).rejects.toThrow('401');
    await expect(connect({ authorization: 'Bearer sh_wrong' })).rejects.toThrow('401');
    await expect(connect(bearer(), '?after=x')).rejects.toThrow('422');
  });

  test('a session cookie opens it for our own pages only', async () => {
    const { code } = await createSignInCode(owner.context);
    const { token } = await redeemSignInCode(owner.context, code);
    const cookie = `switchhook_session=${token}`;
    const client = await connect({ cookie, origin: `http://${base}` });
    expect(await client.next()).toMatchObject({ type: 'hello' });
    client.socket.close();
    await expect(connect({ cookie, origin: 'https://evil.example' })).rejects.toThrow('403');
  });

  test('an ordinary GET is told what the address is for', async () => {
    const response = await fetch(`http://${base}/api/v1/live`, { headers: bearer() });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      400,
      'live.not_a_websocket',
    ]);
  });

  test('a client that goes is forgotten', async () => {
    const client = await connect(bearer());
    await client.next();
    const count = hub.clientCount;
    client.socket.terminate();
    await expect.poll(() => hub.clientCount).toBeLessThan(count);
  });
});
