import { Hono } from 'hono';
import type { Db } from '../db/open.ts';
import { findMediaByToken, MEDIA_PATH, readMediaBytes } from '../voice/index.ts';

/** Sounds kept in memory: the few that every call of a busy hour hears. */
const CACHE_BYTES = 32 * 1024 * 1024;

/** A sound that was replaced is heard within this; its ETag says so sooner to those who ask. */
const MAX_AGE_SECONDS = 60;

/**
 * Serves sounds to whoever knows their address, as Cloudonix does not sign in: GET and HEAD, with ETag and one range
 * (RFC 9110 sections 13 and 14).
 */
export function createMediaServer(options: { readonly db: Db }): Hono {
  const cache = createByteCache(CACHE_BYTES);
  const app = new Hono();
  app.on(['GET', 'HEAD'], `${MEDIA_PATH}:file`, async ({ req }) => {
    const token = /^([A-Za-z0-9_-]{16,64})(?:\.[a-z0-9]{1,4})?$/.exec(req.param('file') ?? '')?.[1];
    const found = token === undefined ? undefined : await findMediaByToken(options.db, token);
    if (found === undefined) return missing();
    const etag = `"${found.sha256.slice(0, 32)}"`;
    const headers = {
      'content-type': found.mediaType,
      etag,
      'accept-ranges': 'bytes',
      'cache-control': `public, max-age=${MAX_AGE_SECONDS}`,
      'x-content-type-options': 'nosniff',
    };
    if (matches(req.header('if-none-match'), etag)) return new Response(null, { status: 304, headers });
    const key = `${found.id} ${found.sha256}`;
    const bytes = cache.get(key) ?? (await readMediaBytes(options.db, found.organizationId, found.id));
    if (bytes === undefined) return missing();
    cache.put(key, bytes);
    const ifRange = req.header('if-range');
    const range = ifRange === undefined || ifRange === etag ? rangeOf(req.header('range'), bytes.length) : undefined;
    if (range === 'unsatisfiable') {
      return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${bytes.length}` } });
    }
    const part = range === undefined ? bytes : bytes.subarray(range.start, range.end + 1);
    const partHeaders =
      range === undefined ? {} : { 'content-range': `bytes ${range.start}-${range.end}/${bytes.length}` };
    return new Response(req.method === 'HEAD' ? null : part.slice(), {
      status: range === undefined ? 200 : 206,
      headers: { ...headers, ...partHeaders, 'content-length': String(part.length) },
    });
  });
  return app;
}

interface ByteRange {
  readonly start: number;
  /** Included. */
  readonly end: number;
}

/** One range of bytes; undefined when none is asked for, or several, or in a way that is not understood. */
function rangeOf(header: string | undefined, length: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replaceAll(' ', '') ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const count = Math.min(Number(last), length);
    return count === 0 ? 'unsatisfiable' : { start: length - count, end: length - 1 };
  }
  const start = Number(first);
  const end = last === '' ? length - 1 : Math.min(Number(last), length - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= length ? 'unsatisfiable' : { start, end };
}

function matches(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag) ?? false;
}

function missing(): Response {
  return new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } });
}

/** Keeps what was used last, up to a size. */
function createByteCache(limitBytes: number) {
  const kept = new Map<string, Uint8Array>();
  let size = 0;
  return {
    get(key: string): Uint8Array | undefined {
      return kept.get(key);
    },
    /** Stores, or notes that it was used. */
    put(key: string, bytes: Uint8Array): void {
      if (!kept.delete(key)) size += bytes.length;
      kept.set(key, bytes);
      for (const [oldest, old] of kept) {
        if (size <= limitBytes) break;
        kept.delete(oldest);
        size -= old.length;
      }
    },
  };
}
