import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { LARGEST_BODY_BYTES, VOICE_PATH, type VoiceAnswerer, type VoiceHttpRequest } from '../webhooks/index.ts';

/**
 * The short way of a voice request: Node's own request straight to the answerer and back. The objects a web-standard
 * server makes for each request cost a third of an answer, and a caller waits for every one. Takes what Cloudonix sends,
 * a POST that announces its length; whatever else comes for the same path goes the long way, to `otherwise`.
 */
export function createVoiceListener(options: {
  readonly answer: VoiceAnswerer;
  readonly otherwise: RequestListener;
  readonly answered: (status: number, ms: number) => void;
}): RequestListener {
  const { answer, otherwise, answered } = options;
  return (request, response) => {
    if (!isPlainVoiceRequest(request)) return otherwise(request, response);
    const started = performance.now();
    readText(request, (body) => {
      answer(voiceRequest(request, body)).then(({ status, cxml }) => {
        send(response, status, cxml);
        answered(status, performance.now() - started);
      });
    });
  };
}

function isPlainVoiceRequest({ method, url = '', headers }: IncomingMessage): boolean {
  if (method !== 'POST' || !url.startsWith(VOICE_PATH)) return false;
  const isWholePath = url.length === VOICE_PATH.length || url.charAt(VOICE_PATH.length) === '?';
  return isWholePath && Number(headers['content-length']) <= LARGEST_BODY_BYTES;
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

function send(response: ServerResponse, status: number, cxml: string): void {
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(cxml) });
  response.end(cxml);
}

function voiceRequest({ url = '', headers }: IncomingMessage, body: string): VoiceHttpRequest {
  const queryAt = url.indexOf('?');
  return {
    url,
    body,
    query: queryAt < 0 ? {} : firstOfEach(new URLSearchParams(url.slice(queryAt + 1))),
    header(name) {
      const value = headers[name];
      return typeof value === 'object' ? value[0] : value;
    },
  };
}

function firstOfEach(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...parameters].reverse());
}
