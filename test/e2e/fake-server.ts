import type { AddressInfo } from 'node:net';
import { createAdaptorServer, upgradeWebSocket, type WebSocketServerLike } from '@hono/node-server';
import { Hono } from 'hono';
import { type WebSocket, WebSocketServer } from 'ws';
import { createLiveHub, type LiveHub } from '../../src/api/index.ts';
import { createSite } from '../../src/api/site.ts';
import { systemClock } from '../../src/core/clock.ts';
import { previewText } from '../../src/modem/pdu/index.ts';
import { createSecretBox } from '../../src/platform/secrets.ts';

export interface FakeServer {
  readonly url: string;
  readonly hub: LiveHub;
  /** What the API answers; tests change it and then tell the hub. */
  readonly state: State;
  readonly requests: { readonly path: string; readonly key: string | null; readonly body: unknown }[];
  cutConnections(): void;
  close(): Promise<void>;
}

type Row = Record<string, unknown> & { readonly id: string };

export interface State {
  signedIn: boolean;
  calls: Row[];
  events: Record<string, unknown[]>;
  messages: Row[];
  modems: Row[];
}

const ORGANIZATION = 'org-1';

/** The real page and the real hub over an API that says what the test wants. */
export async function startFakeServer(state: State): Promise<FakeServer> {
  const requests: FakeServer['requests'] = [];
  const find = (rows: Row[]) => async (_: string, id: string) => rows.find((row) => row.id === id);
  const hub = createLiveHub({
    clock: systemClock,
    report: (error) => {
      throw error;
    },
    sources: {
      call: { permission: 'x', read: (organization, id) => find(state.calls)(organization, id) },
      message: { permission: 'x', read: (organization, id) => find(state.messages)(organization, id) },
      modem: { permission: 'x', read: (organization, id) => find(state.modems)(organization, id) },
    },
  });
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.res.headers.set('content-security-policy', "default-src 'self'; base-uri 'none'; form-action 'self'");
  });
  app.use('/api/*', async (c, next) => {
    if (!state.signedIn) return c.json({ status: 401, detail: 'no', errors: [] }, 401);
    if (c.req.method === 'POST') {
      requests.push({
        path: c.req.path,
        key: c.req.header('idempotency-key') ?? null,
        body: await c.req.raw.clone().json(),
      });
    }
    return next();
  });
  app.get('/api/v1/me', (c) =>
    c.json({
      organization: { name: 'Acme Telecom' },
      actor: { kind: 'user' },
      role: 'owner',
      permissions: ['*'],
      demo: true,
    }),
  );
  const page = (items: unknown[]) => ({ items, nextCursor: null });
  app.get('/api/v1/calls', (c) => c.json(page(state.calls)));
  app.get('/api/v1/calls/:id', (c) => {
    const call = state.calls.find(({ id }) => id === c.req.param('id'));
    return c.json({ ...call, events: state.events[c.req.param('id')] ?? [] });
  });
  app.get('/api/v1/messages', (c) => c.json(page(state.messages)));
  app.get('/api/v1/modems', (c) => c.json(page(state.modems)));
  app.post('/api/v1/messages/preview', async (c) => c.json(previewText((await c.req.json()).body)));
  app.post('/api/v1/demo/call', (c) => c.json({}, 202));
  app.post('/api/v1/messages', async (c) => {
    const { to } = await c.req.json();
    return /^\+\d+$/.test(to)
      ? c.json({ id: 'new', status: 'queued' }, 202)
      : c.json(
          { status: 422, detail: 'one field', errors: [{ path: 'to', message: 'write the number in E.164' }] },
          422,
        );
  });
  app.get(
    '/api/v1/live',
    upgradeWebSocket((c) => {
      const after = c.req.query('after');
      return {
        onOpen(_, ws) {
          const raw = ws.raw as unknown as WebSocket;
          hub.join(raw, {
            organizationId: ORGANIZATION,
            can: () => true,
            isStillValid: async () => true,
            ...(after === undefined ? {} : { after: Number(after) }),
          });
        },
      };
    }),
  );
  app.route(
    '/',
    createSite({
      database: { orm: {} as never },
      clock: systemClock,
      secrets: createSecretBox(['test']),
      publicUrl: 'http://localhost',
      log: { debug: () => {}, warn: () => {}, error: () => {} },
    }) as unknown as Hono,
  );
  const sockets = new WebSocketServer({ noServer: true });
  const server = createAdaptorServer({
    fetch: app.fetch,
    websocket: { server: sockets as unknown as WebSocketServerLike },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hub,
    state,
    requests,
    cutConnections: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

/** Tells the page that an object changed. */
export function tell(server: FakeServer, topic: 'call' | 'message' | 'modem', id: string): void {
  server.hub.notify({ topic, organizationId: ORGANIZATION, id });
}
