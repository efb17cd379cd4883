import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { DRIVER_SOURCE, mendDriver } from './src/db/mended-driver.mjs';

/** The database driver as the program has it. */
const mendedDriver = {
  plugins: [
    {
      name: 'mended-driver',
      transform: (text: string, path: string) => (DRIVER_SOURCE.test(path) ? mendDriver(path, text) : undefined),
    },
  ],
};
const inlineDriver = { server: { deps: { inline: ['postgres'] } } };

/**
 * Projects by what they need: `unit` runs anywhere in seconds; `pglite` and `postgres` run the same database
 * suites on both engines; `serial` needs socat for a pty pair; `worker` runs inside workerd (its own config).
 */
export default defineConfig({
  test: {
    // Many of these wait for servers, modems and clocks: a second file runs meanwhile even on two cores.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/db/**', 'test/serial/**', 'test/worker/**', 'test/e2e/**'],
        },
      },
      {
        ...mendedDriver,
        test: {
          ...inlineDriver,
          name: 'pglite',
          include: ['test/db/**/*.test.ts'],
          env: { SWITCHHOOK_TEST_ENGINE: 'pglite' },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...mendedDriver,
        test: {
          ...inlineDriver,
          name: 'postgres',
          include: ['test/db/**/*.test.ts'],
          // What the embedded engine needs and a server does by itself.
          exclude: ['test/db/embedded/**'],
          env: { SWITCHHOOK_TEST_ENGINE: 'postgres' },
          globalSetup: ['test/support/real-postgres.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'serial',
          include: ['test/serial/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...mendedDriver,
        test: {
          ...inlineDriver,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      './test/worker/vitest.config.ts',
    ],
  },
});
