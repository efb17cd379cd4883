import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

/** Runs these tests inside workerd, with the bindings of wrangler.toml simulated on this machine. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      main: '../../src/worker.ts',
      wrangler: { configPath: '../../wrangler.toml' },
      miniflare: {
        bindings: {
          CONTINUATION_KEY: 'dGhpcy1pcy1hLWtleS1mb3ItdGVzdHMtb25seS0wMTIzNDU2Nzg5',
          PUBLIC_URL: 'https://edge.example',
        },
      },
    }),
  ],
  test: { name: 'worker', include: ['**/*.test.ts'], root: import.meta.dirname },
});
