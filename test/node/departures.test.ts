import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDepartures } from '../../src/node/departures.ts';

const MODEM = '01a1ff94-43ba-7e99-af5d-a9434e2412e2';
const RUN = '01a1ff94-a412-7e34-acf9-cddc3458e68c';
const slice = (n: number) => ({ id: `01a1ff94-0000-7000-8000-${String(n).padStart(12, '0')}`, attempts: 1 + (n % 3) });
const keyOf = ({ id, attempts }: ReturnType<typeof slice>) => `${id}/${attempts}`;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'switchhook-departures-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('the next process knows what left, each attempt of its own', () => {
  const dying = createDepartures(directory, 'boot');
  for (const n of [1, 2, 3]) dying.note(MODEM, RUN, slice(n));
  const known = createDepartures(directory, 'boot').of(MODEM, RUN);
  expect([...(known?.keys() ?? [])]).toEqual([1, 2, 3].map((n) => keyOf(slice(n))));
  expect(known?.has(keyOf({ ...slice(2), attempts: 9 }))).toBe(false);
});

test('the next process knows the references of what arrived, until the last slice', () => {
  const dying = createDepartures(directory, 'boot');
  for (const n of [1, 2, 3]) {
    dying.note(MODEM, RUN, slice(n));
    if (n < 3) dying.arrive(MODEM, RUN, slice(n), 253 + n);
  }
  dying.arrive(MODEM, RUN, slice(2), 7);
  dying.arrive(MODEM, 'another-run', slice(3), 7);
  expect([...(createDepartures(directory, 'boot').of(MODEM, RUN) ?? [])]).toEqual([
    [keyOf(slice(1)), 254],
    [keyOf(slice(2)), 255],
    [keyOf(slice(3)), undefined],
  ]);
});

test('the newest are kept, many more than are ever claimed ahead, in a file that does not grow', () => {
  const departures = createDepartures(directory, 'boot');
  for (let n = 0; n < 1000; n += 1) departures.note(MODEM, RUN, slice(n));
  const known = departures.of(MODEM, RUN);
  expect(known?.size).toBe(64);
  for (let n = 1000 - 64; n < 1000; n += 1) expect(known?.has(keyOf(slice(n)))).toBe(true);
});

test.each([
  ['after the machine itself went down', 'other boot', RUN, MODEM],
  ['where the system has no boot id', null, RUN, MODEM],
  ['of another run', 'boot', 'another-run', MODEM],
  ['of another modem', 'boot', RUN, 'another-modem'],
])('nobody knows %s', (_, boot, run, modem) => {
  createDepartures(directory, 'boot').note(MODEM, RUN, slice(1));
  expect(createDepartures(directory, boot).of(modem, run)).toBeUndefined();
});

test('a record that could not be kept once is not begun again in the middle of its run', () => {
  writeFileSync(join(directory, 'departures'), 'in the way');
  const departures = createDepartures(directory, 'boot');
  departures.note(MODEM, RUN, slice(1));
  rmSync(join(directory, 'departures'));
  departures.note(MODEM, RUN, slice(2));
  expect(departures.of(MODEM, RUN)).toBeUndefined();
});
