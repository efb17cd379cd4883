import { env, SELF } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';

describe('x', () => {
  it('rejects', async () => {
    const response = await SELF.fetch('https://edge.example/webhooks/cloudonix/voice', { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
    expect(env.PLANS).toBeDefined();
  });
});
