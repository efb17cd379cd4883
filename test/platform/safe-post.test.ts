import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createSafePost, type SafePost } from '../../src/platform/safe-post.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** The port of a server on this machine. */
async function listen(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Sends as in production, except that this machine may be reached. */
const send = createSafePost({ allowHttp: true, isAllowed: (address) => address === '127.0.0.1' });

const post = (url: string, parts: Partial<SafePost> = {}): SafePost => ({
  url,
  headers: { 'content-type': 'application/json' },
  body: '{"a":"ä"}',
  timeoutMs: 2000,
  maxBytes: 1024,
  ...parts,
});

describe('a POST to an address that a customer chose', () => {
  it('brings the body there and the answer back', async () => {
    const port = await listen((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString('utf8');
      });
      request.on('end', () => response.setHeader('content-type', 'text/plain').end(`${request.method} ${body}`));
    });
    expect(await send(post(`http://127.0.0.1:${port}/`))).toEqual({
      status: 200,
      contentType: 'text/plain',
      body: 'POST {"a":"ä"}',
    });
  });

  it('follows no redirect', async () => {
    let visits = 0;
    const port = await listen((_request, response) => {
      visits += 1;
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    });
    expect((await send(post(`http://127.0.0.1:${port}/`))).status).toBe(302);
    expect(visits).toBe(1);
  });

  it('stops reading an answer that is too large, long before its end', async () => {
    let sent = 0;
    const port = await listen((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const more = () => {
        while (sent < 10 * 1024 * 1024 && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', more);
      more();
    });
    await expect(send(post(`http://127.0.0.1:${port}/`))).rejects.toThrow('larger than 1024 bytes');
    expect(sent).toBeLessThan(10 * 1024 * 1024);
  });

  it.each([
    ['says nothing', () => {}],
    ['begins and then hangs', (_request, response) => void response.writeHead(200).write('x')],
  ] satisfies readonly (readonly [string, RequestListener])[])(
    'gives up on a server that %s',
    async (_what, handler) => {
      const port = await listen(handler);
      await expect(send(post(`http://127.0.0.1:${port}/`, { timeoutMs: 100 }))).rejects.toThrow('within 100 ms');
    },
  );

  it('says when nobody is there', async () => {
    await expect(send(post('http://127.0.0.1:1/'))).rejects.toThrow(/ECONNREFUSED/);
  });

  const strict = createSafePost();
  it.each([
    ['https://127.0.0.1/', /127\.0\.0\.1 is not public/],
    ['https://[::1]/', /::1 is not public/],
    ['https://169.254.169.254/latest', /not public/],
    ['https://0x7f000001/', /127\.0\.0\.1 is not public/],
    ['https://2130706433/', /127\.0\.0\.1 is not public/],
    ['https://localhost/', /leads to (127\.0\.0\.1|::1), which is not public/],
    ['http://8.8.8.8/', /not https/],
    ['ftp://8.8.8.8/', /not https/],
  ])('is never sent to %s', async (url, reason) => {
    await expect(strict(post(url))).rejects.toThrow(reason);
  });
});
