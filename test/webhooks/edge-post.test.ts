import { describe, expect, it } from 'vitest';
import { createEdgePost } from '../../src/webhooks/edge-post.ts';

const post = (url: string) => ({ url, headers: { a: 'b' }, body: '{}', timeoutMs: 500, maxBytes: 10 });

describe('a POST from the edge', () => {
  it('is sent without following redirects, and its answer read whole', async () => {
    const seen: RequestInit[] = [];
    const send = createEdgePost(async (_url, init) => {
      if (init !== undefined) seen.push(init);
      return new Response('grüß', { status: 200, headers: { 'content-type': 'text/plain' } });
    });
    expect(await send(post('https://crm.example/'))).toEqual({ status: 200, contentType: 'text/plain', body: 'grüß' });
    expect(seen).toMatchObject([{ method: 'POST', redirect: 'manual', headers: { a: 'b' }, body: '{}' }]);
  });

  it('stops reading an answer that is too large', async () => {
    let pulled = 0;
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(8));
      },
      cancel() {
        isCancelled = true;
      },
    });
    await expect(createEdgePost(async () => new Response(body))(post('https://crm.example/'))).rejects.toThrow(
      '10 bytes',
    );
    expect(isCancelled).toBe(true);
    expect(pulled).toBeLessThan(10);
  });

  it.each(['http://crm.example/', 'https://10.0.0.1/', 'https://[::1]/', 'https://2130706433/', 'https://localhost/'])(
    'never goes to %s',
    async (url) => {
      const send = createEdgePost(async () => {
        throw new Error('it was sent');
      });
      await expect(send(post(url))).rejects.toThrow(/not (https|public)/);
    },
  );
});
