import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createResource } from '../../../src/db/resource.ts';
import { messages } from '../../../src/db/schema/index.ts';
import { keepHouse } from '../../../src/messaging/housekeeping.ts';
import {
  type BroadcastInput,
  type BroadcastLine,
  cancelBroadcast,
  getBroadcast,
  policyResource,
  startBroadcast,
  suppressionResource,
} from '../../../src/messaging/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { Bench, drain, ScriptedModem } from './fixtures.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened?.close());

const number = (n: number) => `+1212555${String(1000 + n)}`;

async function* listOf(values: readonly Record<string, unknown>[]): AsyncGenerator<BroadcastLine> {
  for (const [index, each] of values.entries()) yield { line: index + 2, values: each };
}

async function run(bench: Bench, lines: AsyncIterable<BroadcastLine>, input: BroadcastInput = { body: 'Hello all' }) {
  const work = await startBroadcast(bench.context, input, lines);
  const progress = [];
  for (;;) {
    const step = await work.next();
    if (step.done) return { view: step.value, progress };
    progress.push(step.value);
  }
}

describe('a broadcast', () => {
  test('gives each number a message of its own and shows how far it is', async () => {
    const bench = await Bench.open(opened.database);
    const { view, progress } = await run(bench, listOf(Array.from({ length: 2_100 }, (_, n) => ({ to: number(n) }))));
    expect(progress.map(({ received }) => received)).toEqual([1_000, 2_000, 2_100]);
    expect(view).toMatchObject({ status: 'accepted', received: 2_100, accepted: 2_100, messages: { queued: 2_100 } });
    const outbox = await bench.outbox(new ScriptedModem());
    await outbox.step();
    await outbox.step();
    expect((await getBroadcast(bench.context, view.id)).messages).toEqual({ queued: 2_098, sent: 2 });
  });

  test('collapses and lists duplicates in any spelling, and refuses bad lines without holding up the rest', async () => {
    const bench = await Bench.open(opened.database);
    await createResource(bench.context, suppressionResource, { number: number(3), reason: 'opt_out' });
    const lines = [number(1), number(2), '(212) 555-1001', 'nobody', number(3), '', number(4)].map((to) => ({ to }));
    const { view } = await run(bench, listOf(lines));
    expect(view).toMatchObject({ accepted: 3, duplicateCount: 1, refusedCount: 3 });
    expect(view.duplicates).toMatchObject([{ line: 4, to: '(212) 555-1001', code: 'message.duplicate' }]);
    expect(view.refused.map(({ line, code }) => [line, code])).toEqual([
      [5, 'message.recipient_invalid'],
      [6, 'message.suppressed'],
      [7, 'message.recipient_invalid'],
    ]);
  });

  test('a line may bring its own text; without any text it is refused', async () => {
    const bench = await Bench.open(opened.database);
    const { view } = await run(bench, listOf([{ to: number(1), body: 'Yours' }, { to: number(2) }]), {});
    expect(view).toMatchObject({ accepted: 1, refused: [{ line: 3, code: 'message.text_missing' }] });
    const [row] = await opened.database.orm
      .select({ body: messages.body })
      .from(messages)
      .where(and(eq(messages.organizationId, bench.organizationId), eq(messages.broadcastId, view.id)));
    expect(row?.body).toBe('Yours');
  });

  test('that breaks off says so, and what was accepted stays', async () => {
    const bench = await Bench.open(opened.database);
    await createResource(bench.context, policyResource, { name: 'house', quotaLimit: 1_500, quotaUnit: 'day' });
    const { view } = await run(bench, listOf(Array.from({ length: 2_100 }, (_, n) => ({ to: number(n) }))));
    expect(view).toMatchObject({ status: 'interrupted', accepted: 1_000, messages: { queued: 1_000 } });
    expect(view.refused).toMatchObject([{ line: 1_001, code: 'quota.exceeded' }]);
  });

  test('sent twice under one id is done once', async () => {
    const bench = await Bench.open(opened.database);
    const id = '01a1ff08-7016-71ea-a605-162b83803b3e';
    await run(bench, listOf([{ to: number(1) }]), { id, body: 'Once' });
    await expect(run(bench, listOf([{ to: number(1) }]), { id, body: 'Once' })).rejects.toMatchObject({
      code: 'broadcast.exists',
    });
  });

  test('taken back sends nothing more', async () => {
    const bench = await Bench.open(opened.database);
    const { view } = await run(bench, listOf(Array.from({ length: 1_200 }, (_, n) => ({ to: number(n) }))));
    const modem = new ScriptedModem();
    const outbox = await bench.outbox(modem);
    await outbox.step();
    expect(await cancelBroadcast(bench.context, view.id)).toMatchObject({
      status: 'cancelled',
      messages: { sent: 1, cancelled: 1_199 },
    });
    await drain(outbox);
    expect(modem.submitted).toHaveLength(1);
  });

  test('taken back while its list is read takes no more of it', async () => {
    const bench = await Bench.open(opened.database);
    const work = await startBroadcast(
      bench.context,
      { body: 'Hello' },
      listOf(Array.from({ length: 5_000 }, (_, n) => ({ to: number(n) }))),
    );
    const { value } = await work.next();
    const id = value?.id ?? '';
    await cancelBroadcast(bench.context, id);
    for (let step = await work.next(); !step.done; step = await work.next());
    const { accepted, ...view } = await getBroadcast(bench.context, id);
    expect(view).toMatchObject({ status: 'cancelled', messages: { cancelled: accepted } });
    expect(view.refused).toMatchObject([{ code: 'broadcast.cancelled' }]);
    expect(accepted).toBeLessThan(5_000);
  });

  test('whose reader died is interrupted with what was accepted, and nobody gets it twice', async () => {
    const bench = await Bench.open(opened.database);
    const id = '01a1ff08-7016-71ea-a605-162b83803b40';
    const list = () => listOf(Array.from({ length: 2_100 }, (_, n) => ({ to: number(n) })));
    const work = await startBroadcast(bench.context, { id, body: 'Once' }, list());
    await work.next();
    // Killed: the generator is never asked again. The chunk that was on its way is committed.
    await expect.poll(async () => (await getBroadcast(bench.context, id)).received).toBe(2_000);
    const minute = 60_000;
    await keepHouse(opened.database.orm, new Date(bench.clock.now().getTime() + minute));
    expect(await getBroadcast(bench.context, id)).toMatchObject({ status: 'accepting' });
    await keepHouse(opened.database.orm, new Date(bench.clock.now().getTime() + 6 * minute));
    expect(await getBroadcast(bench.context, id)).toMatchObject({
      status: 'interrupted',
      accepted: 2_000,
      messages: { queued: 2_000 },
      refused: [{ line: 2_001, code: 'broadcast.interrupted' }],
    });
    await expect(run(bench, list(), { id, body: 'Once' })).rejects.toMatchObject({ code: 'broadcast.exists' });
    const peers = await opened.database.orm.execute(
      sql`select peer from sms.messages where broadcast_id = ${id} group by peer having count(*) > 1`,
    );
    expect(peers).toHaveLength(0);
  });

  test('whose reader only was slow goes on where it was', async () => {
    const bench = await Bench.open(opened.database);
    const list = listOf(Array.from({ length: 1_100 }, (_, n) => ({ to: number(n) })));
    const work = await startBroadcast(bench.context, { body: 'Slow' }, list);
    const { value } = await work.next();
    await keepHouse(opened.database.orm, new Date(bench.clock.now().getTime() + 6 * 60_000));
    for (let step = await work.next(); !step.done; step = await work.next());
    expect(await getBroadcast(bench.context, value?.id ?? '')).toMatchObject({
      status: 'accepted',
      accepted: 1_100,
      refusedCount: 0,
    });
  });

  test('is invisible to other organizations', async () => {
    const [mine, other] = [await Bench.open(opened.database), await Bench.open(opened.database)];
    const { view } = await run(other, listOf([{ to: number(1) }]));
    await expect(getBroadcast(mine.context, view.id)).rejects.toMatchObject({ code: 'broadcast.missing' });
    const [row] = await opened.database.orm.execute<{ count: number }>(
      sql`select count(*)::int as count from sms.messages where organization_id = ${mine.organizationId}`,
    );
    expect(row?.count).toBe(0);
  });
});
