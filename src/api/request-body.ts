import { HttpError } from './http-error.ts';

/** Deeper than anybody nests, shallower than any recursion minds. */
const MAX_DEPTH = 64;

/** The bytes of a body. Throws `request.too_large` as soon as they exceed the limit, whatever the headers claim. */
export async function readBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of streamBody(request, limitBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The same as they arrive, for bodies that nobody should hold whole. One that announces too much is refused at once. */
export function streamBody(request: Request, limitBytes: number): AsyncIterable<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
  return limited(request, limitBytes);
}

async function* limited(request: Request, limitBytes: number): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  let length = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > limitBytes) throw tooLarge(limitBytes);
    yield chunk;
  }
}

/** Throws `request.content_type` unless the body is said to be one of these media types; `audio/*` takes all of a kind. */
export function requireType(request: Request, types: readonly string[]): void {
  const type = mediaTypeOf(request);
  if (types.some((one) => one === type || (one.endsWith('/*') && type.startsWith(one.slice(0, -1))))) return;
  throw new HttpError({
    status: 415,
    code: 'request.content_type',
    detail: `Send the body as ${types.join(' or ')}, and say so in the header Content-Type.`,
  });
}

/** Throws `request.content_type` unless the body is said to be JSON (`application/json` or `application/…+json`). */
export function requireJson(request: Request): void {
  const type = mediaTypeOf(request);
  if (/^application\/([a-z0-9.-]+\+)?json$/.test(type)) return;
  throw new HttpError({
    status: 415,
    code: 'request.content_type',
    detail: 'Send the body as JSON, with the header Content-Type: application/json.',
  });
}

function mediaTypeOf(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** The value of a JSON body. Throws `request.malformed`. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (depthOf(text) <= MAX_DEPTH) return JSON.parse(text);
  } catch {
    throw malformed('The body is not valid JSON in UTF-8.');
  }
  throw malformed(`The body nests deeper than ${MAX_DEPTH} levels.`);
}

/** How deep the brackets of a JSON text go; those inside strings do not count. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

function malformed(detail: string): HttpError {
  return new HttpError({ status: 400, code: 'request.malformed', detail });
}

function tooLarge(limitBytes: number): HttpError {
  return new HttpError({
    status: 413,
    code: 'request.too_large',
    detail: `The body is larger than ${limitBytes} bytes.`,
    headers: { connection: 'close' },
  });
}
