import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { serve, type WebSocketServerLike } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import { AppError } from '../core/errors.ts';
import { maskNumbersIn } from '../core/redact.ts';
import { createAccessLog } from '../platform/access-log.ts';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { type CallbackTaker, VOICE_PATH, type VoiceAnswerer } from '../webhooks/index.ts';
import { type Answered, createWebhookListener } from './webhook-listener.ts';

type Fetch = (request: Request, env: object) => Response | Promise<Response>;

export interface HttpServer {
  /** The port it really listens on; PORT=0 lets the system choose. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * One port for everything. Webhooks go straight to their answerer: they pass nothing that other requests need. Each request leaves one wide log line: no header, no body, no query, numbers masked, path tokens cut.
 */
export async function startHttpServer(options: {
  readonly host: string;
  readonly port: number;
  readonly voice: Fetch;
  /** Answers the voice requests themselves, past everything that other requests need. */
  readonly answer: VoiceAnswerer;
  /** Takes the callbacks, likewise. */
  readonly take: CallbackTaker;
  readonly rest: Fetch;
  readonly log: Log;
  readonly metrics: Metrics;
  /** PEM. With it the port speaks TLS and asks for a client certificate, which nobody has to have. */
  readonly tls?: { readonly cert: string; readonly key: string };
}): Promise<HttpServer> {
  const { voice, rest, log, metrics } = options;
  const access = createAccessLog(log);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  const { tls } = options;
  // Whose certificate it is says the row of its fingerprint, not the chain: each organization has its own authority.
  const open = (serverOptions: object, listener: RequestListener) =>
    tls === undefined
      ? createServer(serverOptions, listener)
      : createTlsServer({ ...serverOptions, ...tls, requestCert: true, rejectUnauthorized: false }, listener);
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        hostname: options.host,
        port: options.port,
        createServer: ((serverOptions: object, otherwise: RequestListener) =>
          open(
            serverOptions,
            createWebhookListener({
              answer: options.answer,
              take: options.take,
              otherwise,
              answered: (answered) => access(webhookLine(answered)),
            }),
          )) as typeof createServer,
        // The two libraries differ over an optional field only (exactOptionalPropertyTypes).
        websocket: { server: sockets as unknown as WebSocketServerLike },
        async fetch(request, env) {
          const started = performance.now();
          const path = pathOf(request.url);
          const area = areaOf(path);
          const response = await (area === 'voice' ? voice(request, env) : rest(request, env));
          // The voice app counts its own answers, in a histogram.
          if (area !== 'voice') metrics.httpRequests.inc({ area, status: `${Math.floor(response.status / 100)}xx` });
          if (log.isLevelEnabled('info')) {
            const ms = hundredths(performance.now() - started);
            const requestId = area === 'voice' ? undefined : response.headers.get('x-request-id');
            access({
              requestId,
              area,
              method: request.method,
              path: shownPath(path),
              status: response.status,
              ms,
            });
          }
          return response;
        },
      },
      (address) => resolve({ port: address.port, close: () => close(server as Server, sockets) }),
    );
    server.once('error', (error) => reject(notListening(error, options)));
  });
}

function webhookLine({ path, status, ms }: Answered) {
  return { area: 'voice', method: 'POST', path, status, ms: hundredths(ms) };
}

function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** What to do about an address that cannot be had, instead of the system's word for it. */
function notListening(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error {
  const advice: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} of ${host} is taken by another program. Stop that one, or choose another PORT (0 lets the system choose).`,
    EACCES: `Port ${port} needs more rights than this process has. Choose a PORT from 1024 up, or grant CAP_NET_BIND_SERVICE.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST to one of its own, or to 0.0.0.0 for all of them.`,
    ENOTFOUND: `HOST ${host} cannot be resolved. Set HOST to an address of this machine.`,
  };
  const detail = advice[error.code ?? ''];
  return detail === undefined
    ? error
    : new AppError({ code: 'server.address_unusable', kind: 'unavailable', detail, cause: error });
}

function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  const end = url.indexOf('?', start);
  return start < 0 ? '/' : url.slice(start, end < 0 ? undefined : end);
}

function areaOf(path: string): 'voice' | 'api' | 'site' {
  if (path.startsWith('/webhooks/')) return 'voice';
  return path.startsWith('/api/') ? 'api' : 'site';
}

/** The callback paths carry a secret token, and other paths may carry numbers. */
function shownPath(path: string): string {
  if (path === VOICE_PATH) return path;
  const token = /^(\/webhooks\/cloudonix\/(?:session|cdr|recording)\/)./.exec(path);
  return token === null ? maskNumbersIn(decodeSafely(path)) : `${token[1]}…`;
}

function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Takes no new requests, lets running ones end, then cuts what idles. */
function close(server: Server, sockets: WebSocketServer): Promise<void> {
  return new Promise((resolve) => {
    for (const socket of sockets.clients) socket.terminate();
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  });
}
