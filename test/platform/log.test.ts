import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the line of a failed query tells what and where, and nothing of its parameters', () => {
  const log = fileURLToPath(new URL('../../src/platform/log.ts', import.meta.url));
  const script = `
    import { createLog } from ${JSON.stringify(log)};
    const error = Object.assign(new Error('Failed query: x params: +12125550100', { cause: new Error('lost') }), {
      query: 'x', params: ['+12125550100'],
    });
    createLog('info').warn({ error }, 'it failed');`;
  const { stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(JSON.parse(stderr)).toMatchObject({ level: 'warn', msg: 'it failed', error: { message: 'lost' } });
  expect(stderr).not.toContain('2125550100');
});
