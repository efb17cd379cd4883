import type { ExpectedVersion } from '../db/resource.ts';
import { HttpError } from './http-error.ts';

/** The header that names what an object is now. */
export function etagOf(version: string): { readonly etag: string } {
  return { etag: `"${version}"` };
}

/** What `If-Match` expects (RFC 9110 section 13.1.1); undefined when it is absent. Throws `request.if_match`. */
export function expectedOf(request: Request): ExpectedVersion | undefined {
  const header = request.headers.get('if-match');
  if (header === null) return undefined;
  if (header.trim() === '*') return 'any';
  const tags = header.split(',').map((tag) => /^"([A-Za-z0-9_-]{1,64})"$/.exec(tag.trim())?.[1]);
  const known = tags.filter((tag) => tag !== undefined);
  if (known.length > 0 && known.length === tags.length) return known;
  throw new HttpError({
    status: 400,
    code: 'request.if_match',
    detail: 'If-Match: send the ETag that reading the object gave, in its quotes, or *.',
  });
}
