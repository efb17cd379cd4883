import pino from 'pino';
import { expect, test } from 'vitest';
import { createAccessLog } from '../../src/platform/access-log.ts';

function captured(level: string) {
  const written: string[] = [];
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const log = pino(options, { write: (text: string) => written.push(text) });
  return { log, written };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('its lines look like the others, and those of one turn are written together', async () => {
  const { log, written } = captured('info');
  const fields = { area: 'voice', method: 'POST', path: '/a "b"\n', status: 200, ms: 0.12 };
  log.info(fields);
  const access = createAccessLog(log);
  for (const status of [200, 401, 413]) access({ ...fields, status });
  await turn();
  await turn();
  expect(written).toHaveLength(2);
  const [theirs, ...ours] = written
    .join('')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(ours.map(({ time: _, ...rest }) => rest)).toEqual(
    [200, 401, 413].map((status) => ({ level: 'info', ...fields, status })),
  );
  expect(Object.keys(ours[0])).toEqual(Object.keys(theirs));
  expect(Math.abs(Date.parse(ours[0].time) - Date.parse(theirs.time))).toBeLessThan(60_000);
});

test('nothing is written where nobody wants the level', async () => {
  const { log, written } = captured('warn');
  createAccessLog(log)({ status: 200 });
  await turn();
  expect(written).toEqual([]);
});
