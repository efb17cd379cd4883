import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebhookListener } from '../../src/node/webhook-listener.ts';
import {
  createCallbackTaker,
  createVoiceAnswerer,
  createVoiceApp,
  type VoiceHttpRequest,
} from '../../src/webhooks/index.ts';
import { BEARER, TOKEN, voiceApp, voiceOptions } from '../webhooks/support.ts';

/*
 * The short way must be the long way, only shorter: each request of the table goes to both, and both must say the same.
 */
let short: { readonly port: number; readonly server: Server };
let long: { readonly port: number; readonly server: Server };
const seen: VoiceHttpRequest[] = [];
let wentLong = 0;

beforeAll(async () => {
  const options = voiceOptions();
  const answer = createVoiceAnswerer(options);
  const take = createCallbackTaker(options);
  const { fetch } = createVoiceApp(options, answer, take);
  const otherwise = getRequestListener((request) => fetch(request));
  long = await listening(createServer(getRequestListener((request) => voiceApp().app.fetch(request))));
  short = await listening(
    createServer(
      createWebhookListener({
        answer: (request) => {
          seen.push(request);
          return answer(request);
        },
        take,
        otherwise: (request, response) => {
          wentLong += 1;
          otherwise(request, response);
        },
        answered: () => {},
      }),
    ),
  );
});

afterAll(() => {
  short.server.close();
  long.server.close();
});

const CALL = { From: '+16465550150', To: '+16465550100', Session: 'b3f1', Domain: 'acme.cloudonix.net' };
const UPDATE = { id: 1, domain: 'acme.cloudonix.net', token: 'b3f1', status: 'ringing' };
const HEADERS = { authorization: `Bearer ${BEARER}`, 'content-type': 'application/json' };
const PATH = '/webhooks/cloudonix/voice';

test.each([
  { name: 'a call', path: PATH, init: post(HEADERS, JSON.stringify(CALL)) },
  {
    name: 'a form',
    path: PATH,
    init: post({ ...HEADERS, 'content-type': 'application/x-www-form-urlencoded' }, form()),
  },
  { name: 'fields in the query, each first one counting', path: `${PATH}?${form()}&To=x`, init: post(HEADERS, '') },
  {
    name: 'an escaped query',
    path: `${PATH}?From=%2B16465550150&c=a%20b+c`,
    init: post(HEADERS, JSON.stringify(CALL)),
  },
  { name: 'a forged continuation', path: `${PATH}?c=AAAA.BBBB`, init: post(HEADERS, JSON.stringify(CALL)) },
  { name: 'no bearer', path: PATH, init: post({ 'content-type': 'application/json' }, JSON.stringify(CALL)) },
  { name: 'a body that is no JSON', path: PATH, init: post(HEADERS, '{"From":') },
  { name: 'bytes that are no UTF-8', path: PATH, init: post(HEADERS, new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])) },
  {
    name: 'a session update',
    path: `/webhooks/cloudonix/session/${TOKEN}`,
    init: post(HEADERS, JSON.stringify(UPDATE)),
  },
  { name: 'a callback nobody understands', path: `/webhooks/cloudonix/cdr/${TOKEN}`, init: post(HEADERS, '[]') },
  { name: 'a callback of nobody', path: '/webhooks/cloudonix/session/wrong', init: post({}, JSON.stringify(UPDATE)) },
])('$name is answered the short way as on the long way', async ({ path, init }) => {
  const before = wentLong;
  expect(await answerOf(short.port, path, init)).toEqual(await answerOf(long.port, path, init));
  expect(wentLong).toBe(before);
});

test.each([
  { name: 'GET', path: `${PATH}?${form()}`, init: { headers: HEADERS } },
  { name: 'a path that only begins like it', path: `${PATH}s`, init: post(HEADERS, JSON.stringify(CALL)) },
  { name: 'a body that is too large', path: PATH, init: post(HEADERS, ' '.repeat(300 * 1024)) },
  { name: 'a callback whose token is escaped', path: '/webhooks/cloudonix/session/%61', init: post(HEADERS, '{}') },
  { name: 'another method', path: PATH, init: { method: 'PUT', headers: HEADERS, body: '{}' } },
])('$name goes the long way', async ({ path, init }) => {
  const before = wentLong;
  expect(await answerOf(short.port, path, init)).toEqual(await answerOf(long.port, path, init));
  expect(wentLong).toBe(before + 1);
});

test('a body that arrives in pieces, split inside a letter, is read whole', async () => {
  const body = Buffer.from(JSON.stringify({ ...CALL, CallerName: 'Zoë Ω' }));
  const cut = body.indexOf('Ω') + 1;
  const socket = connect(short.port, '127.0.0.1');
  const answered = new Promise((resolve) => socket.once('data', resolve));
  const arrived = new Promise<void>((resolve) => short.server.once('request', () => resolve()));
  socket.write(
    `POST ${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${BEARER}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  socket.write(body.subarray(0, cut));
  await arrived;
  socket.write(body.subarray(cut));
  expect(String(await answered)).toMatch(/^HTTP\/1\.1 200 /);
  expect(seen.at(-1)?.body).toBe(body.toString());
  socket.destroy();
});

function post(headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>): RequestInit {
  return { method: 'POST', headers, body };
}

function form(): string {
  return new URLSearchParams(CALL).toString();
}

async function answerOf(port: number, path: string, init: RequestInit) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

function listening(server: Server): Promise<{ port: number; server: Server }> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port, server }));
  });
}
