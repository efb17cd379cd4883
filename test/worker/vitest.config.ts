import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';
import { CONTINUATION_KEY, PUBLIC_URL } from './bindings.ts';

/** Runs these tests inside workerd, with the bindings of wrangler.toml simulated on this machine. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      main: '../../src/worker.ts',
      wrangler: { configPath: '../../wrangler.toml' },
      miniflare: { bindings: { CONTINUATION_KEY, PUBLIC_URL } },
    }),
  ],
  test: { name: 'worker', include: ['**/*.test.ts'], root: import.meta.dirname },
});
