import { isPublicAddress } from '../core/public-address.ts';
import type { SendPost } from './custom-logic.ts';

/**
 * Sends through the runtime's own fetch, for Workers: their network cannot reach a private one, so only addresses written
 * out need a look. Redirects are not followed, and reading stops at `maxBytes`.
 */
export const edgePost: SendPost = async ({ url, headers, body, timeoutMs, maxBytes }) => {
  const { protocol, hostname } = new URL(url);
  const isLiteral = /^[0-9.]+$|:/.test(hostname);
  if (protocol !== 'https:') throw new Error('the address is not https');
  if (isLiteral && !isPublicAddress(hostname)) throw new Error(`the address ${hostname} is not public`);
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    body: new TextDecoder().decode(bytes),
  };
};
