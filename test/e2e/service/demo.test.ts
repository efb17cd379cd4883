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
  readonly id: string;
  readonly trace: readonly string[];
  readonly callerName: string | null;
  readonly endedAt: string | null;
}

const DEMO = { SWITCHHOOK_DEMO: '1', LOG_LEVEL: 'warn' };

const keyOf = ({ dataDirectory }: Service) => ({
  authorization: `Bearer ${readFileSync(join(dataDirectory, 'demo-api-key'), 'utf8').trim()}`,
});

async function callsOf(service: Service): Promise<readonly Call[]> {
  const { body } = await service.api<{ items: readonly Call[] }>('GET', '/calls', undefined, keyOf(service));
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

it('a call of the demo can be moved and ended, as one of a real account', async () => {
  const service = await startService({ env: DEMO });
  const control = (id: string, deed: string, body?: object) =>
    service.api<{ detail: string }>('POST', `/calls/${id}/${deed}`, body, keyOf(service));
  const callThat = async (isRight: (call: Call) => boolean) =>
    (
      await eventually(
        () => callsOf(service),
        (calls) => calls.some(isRight),
      )
    ).find(isRight);
  const first = await callThat(({ endedAt }) => endedAt === null);
  const id = first?.id ?? '';
  expect((await control(id, 'transfer', { target: 'ivr_menu:main' })).status).toBe(202);
  await callThat(
    (call) => call.id === id && call.trace.some((sentence) => sentence.startsWith('moved to ivr_menu:main')),
  );
  expect((await control(id, 'disconnect')).status).toBe(202);
  await callThat((call) => call.id === id && call.endedAt !== null);
  const other = await callThat(({ endedAt }) => endedAt === null);
  const coached = await control(other?.id ?? '', 'coach', { mode: 'listen', extension: '101' });
  expect([coached.status, coached.body.detail]).toEqual([409, expect.stringContaining('no telephones')]);
  await service.stop();
});
