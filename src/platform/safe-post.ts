import { lookup as resolve } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from '../core/public-address.ts';

/** A POST to an address that a customer chose. */
export interface SafePost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For everything, from resolving the name to the last byte. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface SafeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * Sends a POST that cannot be turned against us: https only, never to an address that is not public (the name is resolved
 * by the connection itself, so that it cannot mean something else a moment later), redirects are not followed, and no more
 * is read than was asked for. Rejects with a reason for the operator. `isAllowed` is replaced only in tests.
 */
export function createSafePost(
  options: { readonly isAllowed?: (address: string) => boolean; readonly allowHttp?: boolean } = {},
): (post: SafePost) => Promise<SafeAnswer> {
  const { isAllowed = isPublicAddress, allowHttp = false } = options;
  const lookup = guardedLookup(isAllowed);
  return ({ url, headers, body, timeoutMs, maxBytes }) =>
    new Promise<SafeAnswer>((settle, reject) => {
      const target = new URL(url);
      if (target.protocol !== 'https:' && !(allowHttp && target.protocol === 'http:')) {
        reject(new Error('the address is not https'));
        return;
      }
      const host = target.hostname.replace(/^\[|\]$/g, '');
      // A literal address is never looked up.
      if (isIP(host) !== 0 && !isAllowed(host)) {
        reject(new Error(`the address ${host} is not public`));
        return;
      }
      const timer = setTimeout(() => stop(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      const content = Buffer.from(body);
      const settings: RequestOptions = {
        method: 'POST',
        lookup,
        agent: false,
        headers: { ...headers, 'content-length': content.length, 'accept-encoding': 'identity' },
      };
      const send = target.protocol === 'http:' ? requestHttp : requestHttps;
      const request = send(target, settings, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBytes) stop(new Error(`the answer is larger than ${maxBytes} bytes`));
          else chunks.push(chunk);
        });
        response.on('error', stop);
        response.on('end', () => {
          clearTimeout(timer);
          settle({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      function stop(error: Error): void {
        clearTimeout(timer);
        reject(error);
        request.destroy();
      }
      request.on('error', stop);
      request.end(content);
    });
}

/** Resolves a name and refuses it when any of its addresses is not allowed: a mixed answer is a trick. */
function guardedLookup(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(new Error(`${hostname} cannot be resolved (${error.code})`), '', 0);
        return;
      }
      const closed = addresses.find(({ address }) => !isAllowed(address));
      const [first] = addresses;
      if (closed !== undefined || first === undefined) {
        callback(new Error(`${hostname} leads to ${closed?.address ?? 'no address'}, which is not public`), '', 0);
      } else if (options.all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}
