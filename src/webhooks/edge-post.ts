import { isPublicAddress } from '../core/public-address.ts';
import type { SendPost } from './custom-logic.ts';

/**
 * Sends through the runtime's own fetch, for Workers: their network cannot reach a private one, so only addresses written
 * out need a look. Redirects are not followed, and reading stops at `maxBytes`.
 */
export function createEdgePost(fetcher: typeof fetch): SendPost {
  return async ({ url, headers, body, timeoutMs, maxBytes }) => {
    const { protocol, hostname } = new URL(url);
    const isLiteral = /^[0-9.]+$|:/.test(hostname);
    if (protocol !== 'https:') throw new Error('the address is not https');
    if (hostname === 'localhost' || (isLiteral && !isPublicAddress(hostname))) {
      throw new Error(`the address ${hostname} is not public`);
    }
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetcher(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: await textWithin(response, maxBytes),
    };
  };
}

async function textWithin(response: Response, maxBytes: number): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    size += part.value.length;
    if (size > maxBytes) {
      await reader?.cancel();
      throw new Error(`the answer is larger than ${maxBytes} bytes`);
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
