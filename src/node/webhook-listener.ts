import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  type CallbackKind,
  type CallbackTaker,
  LARGEST_BODY_BYTES,
  VOICE_PATH,
  type VoiceAnswerer,
  type VoiceHttpRequest,
} from '../webhooks/index.ts';

/** A request that was answered the short way, for the log. No token, no body. */
export interface Answered {
  readonly path: string;
  readonly status: number;
  readonly ms: number;
}

/**
 * The short way of the webhooks: Node's own request straight to the answerer and back. The objects a web-standard server
 * makes for each request cost a third of an answer, and a caller waits for every one. Takes what Cloudonix sends, a POST
 * that announces its length; whatever else comes for the same paths goes the long way, to `otherwise`.
 */
export function createWebhookListener(options: {
  readonly answer: VoiceAnswerer;
  readonly take: CallbackTaker;
  readonly otherwise: RequestListener;
  readonly answered: (answered: Answered) => void;
}): RequestListener {
  const { answer, take, otherwise, answered } = options;
  return (request, response) => {
    if (!isPlainPost(request)) return otherwise(request, response);
    const started = performance.now();
    if (isVoicePath(request.url ?? '')) {
      readText(request, (body) => {
        answer(voiceRequest(request, body)).then(({ status, cxml }) => {
          send(response, status, XML, cxml);
          answered({ path: VOICE_PATH, status, ms: performance.now() - started });
        });
      });
      return;
    }
    const [, kind, token] = CALLBACK_PATH.exec(request.url ?? '') ?? [];
    if (kind === undefined || token === undefined) return otherwise(request, response);
    readText(request, (body) => {
      take(kind as CallbackKind, { token, body: () => body, header: (name) => headerOf(request, name) }).then(
        ({ status, headers, body }) => {
          send(response, status, headers, body);
          answered({ path: `/webhooks/cloudonix/${kind}/…`, status, ms: performance.now() - started });
        },
      );
    });
  };
}

const XML = { 'content-type': 'application/xml' };

/** Tokens that need no decoding, and no query. */
const CALLBACK_PATH = /^\/webhooks\/cloudonix\/(session|cdr|recording)\/([A-Za-z0-9._~-]+)$/;

function isPlainPost({ method, url = '', headers }: IncomingMessage): boolean {
  if (method !== 'POST' || !url.startsWith('/webhooks/')) return false;
  return Number(headers['content-length']) <= LARGEST_BODY_BYTES;
}

function isVoicePath(url: string): boolean {
  return url.startsWith(VOICE_PATH) && (url.length === VOICE_PATH.length || url.charAt(VOICE_PATH.length) === '?');
}

/** Node cuts a body at its announced length, so nothing larger can arrive. Most come in one piece. */
function readText(request: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
  });
  request.on('end', () => {
    const [first] = chunks;
    done(chunks.length === 1 && first !== undefined ? first.toString('utf8') : Buffer.concat(chunks).toString('utf8'));
  });
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | null,
): void {
  if (body === null) response.writeHead(status, headers).end();
  else response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

function voiceRequest(request: IncomingMessage, body: string): VoiceHttpRequest {
  const url = request.url ?? '';
  const queryAt = url.indexOf('?');
  return {
    url,
    body,
    query: queryAt < 0 ? {} : firstOfEach(new URLSearchParams(url.slice(queryAt + 1))),
    header(name) {
      return headerOf(request, name);
    },
  };
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value[0] : value;
}

function firstOfEach(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...parameters].reverse());
}
