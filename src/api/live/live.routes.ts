import { upgradeWebSocket } from '@hono/node-server';
import type { Hono } from 'hono';
import type { WebSocket } from 'ws';
import { AppError } from '../../core/errors.ts';
import { authenticate, identityDeps, peerOf } from '../authenticate.ts';
import type { ApiDeps } from '../deps.ts';
import type { ApiContext, ApiEnv } from '../hono-env.ts';
import { HttpError } from '../http-error.ts';
import type { LiveConnection, LiveHub, LiveSocket } from './hub.ts';

/**
 * `GET /api/v1/live`, upgraded to a WebSocket by node-server: the server must be made with
 * `websocket: { server: new WebSocketServer({ noServer: true }) }`. Authentication is the API's own, before the upgrade.
 */
export function mountLive(app: Hono<ApiEnv>, deps: ApiDeps, hub: LiveHub): void {
  const identity = identityDeps(deps);
  const whoIs = (c: ApiContext) => authenticate(identity, c.req.raw, peerOf(c));

  app.get(
    '/api/v1/live',
    async (c, next) => {
      await whoIs(c);
      afterOf(c);
      if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') throw notAnUpgrade();
      await next();
    },
    upgradeWebSocket(async (c) => {
      const principal = await whoIs(c as ApiContext);
      const after = afterOf(c as ApiContext);
      let connection: LiveConnection | undefined;
      return {
        onOpen(_event, ws) {
          if (ws.raw === undefined) return;
          const raw = ws.raw as unknown as WebSocket;
          const joined = hub.join(toLiveSocket(raw), {
            organizationId: principal.organization.id,
            can: principal.can,
            ...(after === undefined ? {} : { after }),
            isStillValid: () => whoIs(c as ApiContext).then(() => true, isOutage),
          });
          connection = joined;
          raw.on('pong', () => joined.pong());
        },
        onClose: () => connection?.gone(),
        onError: () => connection?.gone(),
      };
    }),
  );
}

/** A refusal means no; a database that is away means we do not know, and then nobody is sent away. */
function isOutage(error: unknown): boolean {
  if (error instanceof AppError) return false;
  throw error;
}

function afterOf(c: ApiContext): number | undefined {
  const text = c.req.query('after');
  if (text === undefined) return undefined;
  if (/^[0-9]{1,16}$/.test(text)) return Number(text);
  throw new HttpError({
    status: 422,
    code: 'query.after',
    detail: 'after: use the sequence of the last event you saw.',
  });
}

function notAnUpgrade(): AppError {
  return new HttpError({
    status: 400,
    code: 'live.not_a_websocket',
    detail: 'Open this address as a WebSocket.',
    headers: { connection: 'Upgrade', upgrade: 'websocket' },
  });
}

/** How long a close may take before the connection is cut: its goodbye may sit behind what does not get through. */
const GOODBYE_MS = 5_000;

function toLiveSocket(raw: WebSocket): LiveSocket {
  return {
    send: (text) => raw.send(text),
    get bufferedAmount() {
      return raw.bufferedAmount;
    },
    ping: () => raw.ping(),
    close(code, reason) {
      raw.close(code, reason);
      setTimeout(() => raw.terminate(), GOODBYE_MS).unref();
    },
    terminate: () => raw.terminate(),
  };
}
