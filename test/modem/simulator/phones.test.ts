import { expect, it } from 'vitest';
import { encodeSubmit } from '../../../src/modem/pdu/index.ts';
import { MISCHIEF_NAMES, Phones } from '../../../src/modem/simulator/index.ts';
import { mischiefFor } from '../../../src/modem/simulator/mischief.ts';
import { createBench } from '../support/bench.ts';

it('a telephone shows a long text once, whole, and can text back', async () => {
  const { timers, supervisor, simulator, stored } = createBench();
  const phones = new Phones(simulator, () => new Date(0));
  await timers.resolve(supervisor.whenReady());
  const text = 'a long text '.repeat(30).trim();
  for (const slice of encodeSubmit({ to: '+15550002222', text, concatReference: 3 }).slices) {
    await timers.resolve(supervisor.submit(slice));
  }
  phones.text('+15550002222', 'b'.repeat(200));
  expect(phones.list()).toEqual([
    {
      number: '+15550002222',
      texts: [
        { direction: 'in', text, at: new Date(0) },
        { direction: 'out', text: 'b'.repeat(200), at: new Date(0) },
      ],
    },
  ]);
  await timers.until(() => stored.length === 2);
  await timers.resolve(supervisor.close());
});

it('keeps a hundred telephones, the newest first', () => {
  const { simulator } = createBench();
  const phones = new Phones(simulator);
  for (let number = 0; number < 150; number += 1) phones.text(`+1555000${String(number).padStart(4, '0')}`, 'hi');
  expect(phones.list()).toHaveLength(100);
  expect(phones.list()[0]?.number).toBe('+15550000149');
});

it('chance strikes as often as it was told, and never when it was not', () => {
  for (const name of MISCHIEF_NAMES) {
    const certain = ['AT+CMGS=20', 'AT+CSQ'].flatMap((command) =>
      (['prompt', 'payload'] as const).flatMap((at) => mischiefFor(command, at, { [name]: 1 }, () => 0.5) ?? []),
    );
    // Reports go wrong in the network, not at a command.
    expect(certain.length > 0).toBe(!name.startsWith('report'));
    expect(mischiefFor('AT+CMGS=20', 'payload', { [name]: 0 }, () => 0)).toBeUndefined();
  }
});
