import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transactAtOnce } from '../../src/db/at-once.ts';
import { sqlStateOf } from '../../src/db/postgres-error.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
  await opened.database.orm.execute(sql`create table noted (id integer primary key, what text)`);
});
afterAll(() => opened?.close());

const db = () => opened.database.orm;
const note = (id: number, what: string) => sql`insert into noted (id, what) values (${id}, ${what}) returning what`;
const noted = async () =>
  [...(await db().execute<{ id: number }>(sql`select id from noted order by id`))].map(({ id }) => id);

describe('statements in one journey', () => {
  test('each returns its rows, and sees what the ones before it did', async () => {
    const results = await transactAtOnce(db(), [note(1, 'one'), note(2, 'two'), sql`select id from noted order by id`]);
    expect(results).toEqual([[{ what: 'one' }], [{ what: 'two' }], [{ id: 1 }, { id: 2 }]]);
  });

  test('when one is refused nothing has happened, the first refusal is told, and the connection goes on', async () => {
    const refused = transactAtOnce(db(), [note(3, 'three'), note(1, 'again'), note(4, 'four')]);
    expect(sqlStateOf(await refused.catch((error: unknown) => error))).toBe('23505');
    expect(await noted()).toEqual([1, 2]);
    expect(await transactAtOnce(db(), [note(5, 'five')])).toEqual([[{ what: 'five' }]]);
  });

  test('many at once wait for a connection each, and all of them get one', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => 100 + index);
    await Promise.all(ids.map((id) => transactAtOnce(db(), [note(id, 'many'), note(id + 100, 'more')])));
    expect((await noted()).filter((id) => id >= 100)).toHaveLength(80);
  });

  test('a value that is said twice means the same in both places', async () => {
    const id = '01936d5e-1111-7222-8333-444455556666';
    const [rows] = await transactAtOnce(db(), [
      sql`select ${id}::uuid as one, ${7}::int as seven, ${id}::uuid as other`,
    ]);
    expect(rows).toEqual([{ one: id, seven: 7, other: id }]);
  });

  test('a connection that is lost in the middle rejects, and the next one works', async ({ skip }) => {
    skip(opened.database.engine === 'embedded', 'the embedded engine has no connection to lose');
    const lost = transactAtOnce(db(), [
      note(900, 'lost'),
      sql`select pg_terminate_backend(pg_backend_pid())`,
      note(901, 'x'),
    ]);
    await expect(lost).rejects.toThrow();
    expect(await transactAtOnce(db(), [note(902, 'found')])).toEqual([[{ what: 'found' }]]);
    expect((await noted()).filter((id) => id >= 900)).toEqual([902]);
  });
});
