import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  eventually,
  newDataDirectory,
  removeDataDirectory,
  type Service,
  startService,
} from '../../support/service.ts';

interface Call {
  readonly callerName: string | null;
  readonly endedAt: string | null;
}

const DEMO = { SWITCHHOOK_DEMO: '1', LOG_LEVEL: 'warn' };

async function callsOf(service: Service): Promise<readonly Call[]> {
  const key = readFileSync(join(service.dataDirectory, 'demo-api-key'), 'utf8').trim();
  const { body } = await service.api<{ items: readonly Call[] }>('GET', '/calls', undefined, {
    authorization: `Bearer ${key}`,
  });
  return body.items;
}

it('the demo is alive: people call it by themselves, and stopping leaves no call open', async () => {
  const dataDirectory = await newDataDirectory();
  const service = await startService({ dataDirectory, env: DEMO });
  const calls = await eventually(
    () => callsOf(service),
    ({ length }) => length > 0,
  );
  expect(calls[0]?.callerName).toBe('Demo caller');
  const stopping = performance.now();
  expect(await service.stop()).toBe(0);
  expect(performance.now() - stopping).toBeLessThan(8_000);
  expect(service.log()).not.toContain('did not close properly');

  const again = await startService({ dataDirectory, env: DEMO });
  const before = (await callsOf(again)).filter(({ endedAt }) => endedAt !== null);
  expect(before.length).toBeGreaterThanOrEqual(calls.length);
  await again.stop();
  removeDataDirectory(dataDirectory);
});
