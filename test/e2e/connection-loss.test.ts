import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import postgresJs from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transactAtOnce } from '../../src/db/at-once.ts';
import { type Database, openDatabase } from '../../src/db/open.ts';
import { type RealPostgres, startRealPostgres } from '../support/real-postgres.ts';

const CUTS = Number(process.env.SWITCHHOOK_CUTS ?? 25);
const WORKERS = 8;

/** Between the service and Postgres: ends connections as networks, servers and administrators do. */
describe('connections to Postgres are lost', () => {
  let server: RealPostgres;
  let administrator: postgresJs.Sql;
  let between: { readonly proxy: Server; readonly sockets: Set<Socket> };
  let database: Database;

  beforeAll(async () => {
    server = await startRealPostgres();
    administrator = postgresJs(server.url, { max: 1, onnotice: () => {} });
    await administrator`create table written (attempt int, line int)`;
    between = await proxyTo(new URL(server.url));
    const url = new URL(server.url);
    url.port = String((between.proxy.address() as AddressInfo).port);
    database = await openDatabase({ url: url.href, poolSize: 4 });
  });
  afterAll(async () => {
    await database?.close();
    between?.proxy.close();
    await administrator?.end();
    await server?.dispose();
  });

  const LOSSES: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['reset by the network', async () => each((socket) => socket.resetAndDestroy())],
    ['closed by the other side', async () => each((socket) => socket.destroy())],
    [
      'ended by an administrator',
      () => administrator`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'switchhook'`,
    ],
  ];

  // An error that reaches nobody fails the run: vitest listens for it.
  it.each(LOSSES)(
    '%s: a transaction is there whole or not at all, and every connection comes back',
    async (_how, lose) => {
      let isOver = false;
      let attempts = 0;
      const answers = new Map<number, 'kept' | 'refused'>();
      await administrator`truncate written`;
      const workers = Array.from({ length: WORKERS }, async (_, worker) => {
        for (let turn = worker; !isOver; turn += 1) {
          attempts += 1;
          const attempt = attempts;
          const answer = await write(turn, attempt).then(
            () => 'kept' as const,
            () => 'refused' as const,
          );
          answers.set(attempt, answer);
          // Where nothing connects a loop of refusals would leave no room for anything else.
          await new Promise(setImmediate);
        }
      });
      for (let cut = 0; cut < CUTS; cut += 1) {
        const before = answers.size;
        while (answers.size < before + 2 * WORKERS) await new Promise(setImmediate);
        await lose();
      }
      isOver = true;
      await Promise.all(workers);

      const lines = new Map<number, number>();
      for (const { attempt, count } of await administrator<{ attempt: number; count: number }[]>`
        select attempt, count(*)::int as count from written group by attempt`)
        lines.set(attempt, count);
      expect([...lines.values()].filter((count) => count !== 2)).toEqual([]);
      const kept = [...answers].filter(([, answer]) => answer === 'kept').map(([attempt]) => attempt);
      expect(kept.filter((attempt) => !lines.has(attempt))).toEqual([]);
      expect(kept.length).toBeGreaterThan(CUTS);
      // More at a time than there are connections, so that each of them has to answer.
      const after = Array.from({ length: 40 }, () => database.orm.execute(sql`select pg_sleep(0.01)`));
      await expect(Promise.all(after)).resolves.toHaveLength(40);
    },
    60_000,
  );

  it('a statement of a transaction that was cut never runs in another', async () => {
    const one = await openDatabase({ url: server.url, poolSize: 1 });
    await administrator`truncate written`;
    let go = () => {};
    const late = new Promise<void>((resolve) => {
      go = resolve;
    });
    const lost = one.orm.transaction(async (transaction) => {
      await transaction.execute(sql`insert into written values (1, 1)`);
      await late;
      await transaction.execute(sql`insert into written values (1, 2)`);
    });
    const refused = expect(lost).rejects.toThrow();
    while ((await waiting()) === 0) await new Promise(setImmediate);
    await administrator`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'switchhook'
      and state = 'idle in transaction'`;
    await refused;
    await one.orm.transaction(async (transaction) => {
      await transaction.execute(sql`insert into written values (2, 1)`);
      go();
      await new Promise(setImmediate);
      await transaction.execute(sql`insert into written values (2, 2)`);
    });
    await one.close();
    const rows = await administrator<{ attempt: number; line: number }[]>`select attempt, line from written`;
    expect([...rows].map(({ attempt, line }) => [attempt, line])).toEqual([
      [2, 1],
      [2, 2],
    ]);
  });

  /** Two lines in one transaction: with a pause in it, without, or sent all at once. */
  async function write(turn: number, attempt: number): Promise<unknown> {
    const line = (number: number) => sql`insert into written values (${attempt}, ${number})`;
    if (turn % 3 === 0) return transactAtOnce(database.orm, [line(1), line(2)]);
    return database.orm.transaction(async (transaction) => {
      await transaction.execute(line(1));
      if (turn % 3 === 1) await new Promise(setImmediate);
      await transaction.execute(line(2));
    });
  }

  async function waiting(): Promise<number> {
    const [row] = await administrator<{ count: number }[]>`select count(*)::int as count from pg_stat_activity
      where application_name = 'switchhook' and state = 'idle in transaction'`;
    return row?.count ?? 0;
  }

  function each(lose: (socket: Socket) => void): void {
    for (const socket of between.sockets) lose(socket);
  }
});

async function proxyTo({ hostname, port }: URL): Promise<{ readonly proxy: Server; readonly sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname);
    sockets.add(near);
    near.pipe(far);
    far.pipe(near);
    for (const socket of [near, far]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        sockets.delete(near);
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return { proxy, sockets };
}
