import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidv7 } from '../../../src/core/ids.ts';
import { createMemoryCounters, type Question } from '../../../src/routing/index.ts';
import { createCounters } from '../../../src/voice/counters.ts';
import type { Asker } from '../../../src/webhooks/index.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

const NOW = new Date('2026-11-18T17:00:00Z');

async function asker(callToken = 'call'): Promise<Asker> {
  return { organizationId: (await newOrganization(db.database)).organizationId, callToken, at: NOW };
}

const ask = (who: Asker, question: Question) => createCounters(db.database.orm).answer(who, question);
const turn = (...among: string[]): Question => ({ kind: 'least_recent', key: 'ring_group:g', among });

describe('whose turn is longest ago', () => {
  test('everybody once before anybody twice, then in the order of the last turns', async () => {
    const who = await asker();
    const chosen: string[] = [];
    for (let call = 0; call < 7; call += 1)
      chosen.push(['101', '102', '103'][await ask(who, turn('101', '102', '103'))] ?? '');
    expect(chosen).toEqual(['101', '102', '103', '101', '102', '103', '101']);
  });

  test('a member that is new, or was away, comes first', async () => {
    const who = await asker();
    await ask(who, turn('101', '102'));
    await ask(who, turn('101', '102'));
    expect(await ask(who, turn('101', '102', '103'))).toBe(2);
    expect(await ask(who, turn('103', '101'))).toBe(1);
  });

  test('agrees with the state that one process keeps alone, whatever is asked', async () => {
    const members = ['101', '102', '103', '104'];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(fc.constantFrom(...members), { minLength: 1 }), { minLength: 1, maxLength: 12 }),
        async (questions) => {
          const who = await asker();
          const alone = createMemoryCounters();
          for (const among of questions) {
            const shared = among[await ask(who, turn(...among))];
            expect(shared).toBe(among[alone.answer('', turn(...among), 0)]);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  test('sixty calls at once ring each of three members twenty times', async () => {
    const who = await asker();
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(who, turn('101', '102', '103'))));
    for (const index of [0, 1, 2]) expect(answers.filter((answer) => answer === index)).toHaveLength(20);
  });
});

describe('a rotation pointer', () => {
  test('gives a hundred calls at once a hundred different ticks', async () => {
    const who = await asker();
    const ticks = await Promise.all(Array.from({ length: 100 }, () => ask(who, { kind: 'tick', key: 'k' })));
    expect([...ticks].sort((left, right) => left - right)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  test('calls of one process that ask at once get their turns in the order in which they asked, each rotation its own', async () => {
    const counters = createCounters(db.database.orm);
    const [first, second] = [await asker(), await asker()];
    const rotations = [
      { who: first, key: 'ring_group:a' },
      { who: first, key: 'ring_group:b' },
      { who: second, key: 'ring_group:a' },
    ];
    for (const begin of [0, 5]) {
      const asked = Array.from({ length: 15 }, (_, call) => rotations[call % 3] ?? rotations[0]);
      const ticks = await Promise.all(
        asked.map((rotation) => counters.answer(rotation?.who ?? first, { kind: 'tick', key: rotation?.key ?? '' })),
      );
      expect(ticks).toEqual(asked.map((_, call) => begin + Math.floor(call / 3)));
    }
  });

  test('begins again at nought before its column is full, without a turn given twice', async () => {
    const counters = createCounters(db.database.orm);
    const who = await asker();
    const tick = () => counters.answer(who, { kind: 'tick', key: 'k' });
    await tick();
    await db.database.orm.execute(
      sql`update voice.rotation_counters set value = 1999999997 where organization_id = ${who.organizationId}`,
    );
    expect(await Promise.all([tick(), tick(), tick(), tick()])).toEqual([1_999_999_998, 1_999_999_999, 0, 1]);
  });

  test('an organization that is gone fails its own calls only', async () => {
    const counters = createCounters(db.database.orm);
    const [here, gone] = [await asker(), { organizationId: uuidv7(), callToken: 'call', at: NOW }];
    const tick = (who: Asker) => counters.answer(who, { kind: 'tick', key: 'k' });
    const [one, none, two] = await Promise.allSettled([tick(here), tick(gone), tick(here)]);
    expect([one, none?.status, two]).toEqual([
      { status: 'fulfilled', value: 0 },
      'rejected',
      { status: 'fulfilled', value: 1 },
    ]);
  });
});

describe('a window', () => {
  const count = (add: number): Question => ({ kind: 'window', key: 'pin:room', add, seconds: 60 });

  test('counts until it is over, and begins anew', async () => {
    const who = await asker();
    expect(await ask(who, count(0))).toBe(0);
    expect(await ask(who, count(1))).toBe(1);
    const later = { ...who, at: new Date(NOW.getTime() + 59_000) };
    expect(await ask(later, count(1))).toBe(2);
    expect(await ask(later, count(0))).toBe(2);
    const after = { ...who, at: new Date(NOW.getTime() + 60_000) };
    expect(await ask(after, count(0))).toBe(0);
    expect(await ask(after, count(1))).toBe(1);
  });

  test('loses none of fifty counts at once', async () => {
    const who = await asker();
    await Promise.all(Array.from({ length: 50 }, () => ask(who, count(1))));
    expect(await ask(who, count(0))).toBe(50);
  });
});

describe('seats in a conference room', () => {
  const seat = (limit: number): Question => ({
    kind: 'seat',
    key: 'seat:daily',
    room: 'daily',
    limit,
    holdSeconds: 60,
  });

  test('thirty callers at once get the ten seats there are', async () => {
    const who = await asker();
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask({ ...who, callToken: uuidv7() }, seat(10))));
    expect(answers.filter((answer) => answer === 1)).toHaveLength(10);
  });

  test('a call keeps the seat it has, and a seat nobody gave back is free in the end', async () => {
    const who = await asker('first');
    expect(await ask(who, seat(1))).toBe(1);
    expect(await ask(who, seat(1))).toBe(1);
    expect(await ask({ ...who, callToken: 'second' }, seat(1))).toBe(0);
    const later = { ...who, callToken: 'second', at: new Date(NOW.getTime() + 61_000) };
    expect(await ask(later, seat(1))).toBe(1);
  });
});
