import { Hono } from 'hono';
import type { Registry } from 'prom-client';
import { messageOf } from '../core/errors.ts';

/** One thing that must be there. It resolves, or rejects with the reason. */
export interface ReadinessCheck {
  readonly name: string;
  readonly check: () => Promise<void> | void;
}

const CHECK_LIMIT_MS = 1_000;

/**
 * `/healthz`: this process lives and answers; point the balancer of voice webhooks here, calls go on while the database is
 * away. `/readyz`: everything works, or 503 with the names of what is missing. `/metrics`: Prometheus.
 */
export function createOperations(options: {
  readonly checks: readonly ReadinessCheck[];
  readonly metrics: Registry;
}): Hono {
  const app = new Hono();
  app.get('/healthz', (c) => c.json({ status: 'alive' }));
  app.get('/readyz', async (c) => {
    const results = await Promise.all(options.checks.map(run));
    const missing = results.filter((result) => result !== undefined);
    return c.json({ status: missing.length === 0 ? 'ready' : 'not ready', missing }, missing.length === 0 ? 200 : 503);
  });
  app.get('/metrics', async () => {
    const body = await options.metrics.metrics();
    return new Response(body, { headers: { 'content-type': options.metrics.contentType } });
  });
  return app;
}

async function run({ name, check }: ReadinessCheck): Promise<{ name: string; reason: string } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_LIMIT_MS} ms`)), CHECK_LIMIT_MS);
  });
  try {
    await Promise.race([check(), limit]);
    return undefined;
  } catch (error) {
    return { name, reason: messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}
