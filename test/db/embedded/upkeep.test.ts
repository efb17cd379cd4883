import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { careFor, startUpkeep } from '../../../src/db/embedded/upkeep.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let test_: TestDatabase;
beforeAll(async () => {
  test_ = await openTestDatabase();
  await execute('create table public.visits (id int primary key, note text not null)');
});
afterAll(() => test_?.close());

const execute = (text: string) => test_.database.orm.execute(sql.raw(text));
const upkeep = () => startUpkeep(test_.database.orm, () => {}, 3_600_000);

async function one<Value>(text: string): Promise<Value> {
  const [row] = await execute(text);
  return Object.values(row ?? {})[0] as Value;
}

describe('the care a table gets', () => {
  test.each([
    { live: 0, dead: 0, changed: 50, care: undefined },
    { live: 0, dead: 0, changed: 51, care: 'analyze' },
    { live: 10_000, dead: 0, changed: 1_050, care: undefined },
    { live: 10_000, dead: 2_050, changed: 1_051, care: 'analyze' },
    { live: 10_000, dead: 2_051, changed: 0, care: 'vacuum (analyze)' },
  ])('$changed changed and $dead dead of $live: $care', ({ care, ...use }) => {
    expect(careFor(use)).toBe(care);
  });
});

describe('upkeep of the database', () => {
  test('a table that grew gets statistics, and then is left alone', async () => {
    const { run, stop } = upkeep();
    await execute(`insert into public.visits select n, 'a' from generate_series(1, 2000) n`);
    await run();
    expect(await one(`select reltuples::int from pg_class where oid = 'public.visits'::regclass`)).toBe(2_000);
    expect(await run()).toBe(0);
    await stop();
  });

  test('the room of deleted rows is used again', async () => {
    const { run, stop } = upkeep();
    const size = () => one<string>(`select pg_relation_size('public.visits')`);
    const before = await size();
    for (let round = 0; round < 5; round += 1) {
      await execute(`delete from public.visits`);
      await run();
      await execute(`insert into public.visits select n, 'a' from generate_series(1, 2000) n`);
    }
    expect(Number(await size())).toBeLessThan(2.5 * Number(before));
    await stop();
  });

  test('what hinders it is told, and it tries again', async () => {
    const broken = new Proxy(test_.database.orm, { get: () => () => Promise.reject(new Error('no room on the disk')) });
    const told: unknown[] = [];
    await new Promise<void>((resolve) => {
      const { stop } = startUpkeep(broken, (error) => told.push(error) === 2 && resolve(stop()), 1);
    });
    expect(told.slice(0, 2).map(String)).toEqual(['Error: no room on the disk', 'Error: no room on the disk']);
  });

  test('stopped, it does nothing more', async () => {
    const { run, stop } = upkeep();
    await stop();
    await execute(`update public.visits set note = 'b'`);
    expect(await run()).toBe(0);
  });

  test('the write-ahead log is cut while it runs, so that a crash costs no long start', async () => {
    const { run, stop } = upkeep();
    const toReplay = () =>
      one<number>(`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 from pg_control_checkpoint()`);
    await execute('alter table public.visits alter note set storage external');
    await execute(`update public.visits set note = md5(random()::text)`);
    while ((await toReplay()) < 80 * 1024 * 1024)
      await execute(`update public.visits set note = repeat(md5(note), 200)`);
    await run();
    expect(await toReplay()).toBeLessThan(8 * 1024 * 1024);
    await stop();
  });
});
