import { eq, sql } from 'drizzle-orm';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../../../src/db/open.ts';
import { modems } from '../../../src/db/schema/index.ts';
import { keepHouse } from '../../../src/messaging/housekeeping.ts';
import { acquireModemLease } from '../../../src/messaging/modems/lease.ts';
import type { SubmitOutcome } from '../../../src/messaging/ports.ts';
import { recordReport } from '../../../src/messaging/reports/record-report.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addModem, Bench, drain, refusal, ScriptedModem, submitOf } from './fixtures.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened?.close());

const THREE_PARTS = `${'1'.repeat(153)}${'2'.repeat(153)}3`;
const never = () => new Promise<SubmitOutcome>(() => {});

describe('sending', () => {
  test('messages go in order, the slices of one in sequence, and each keeps its reference', async () => {
    const bench = await Bench.open(opened.database);
    const first = await bench.send({ body: THREE_PARTS });
    bench.clock.advance(1);
    const second = await bench.send({ body: 'second' });
    const modem = new ScriptedModem(254);
    await drain(await bench.outbox(modem));
    expect(modem.texts().map((text) => text[0])).toEqual(['1', '2', '3', 's']);
    expect((await bench.message(first)).parts).toMatchObject([
      { reference: 254, status: 'sent', submittedAt: bench.clock.now().toISOString() },
      { reference: 255, status: 'sent' },
      { reference: 0, status: 'sent' },
    ]);
    expect(await bench.message(second)).toMatchObject({ status: 'sent', modem: 'm1', parts: [{ reference: 1 }] });
  });

  test('the slices of a message go back to back, whatever fell due earlier meanwhile', async () => {
    const bench = await Bench.open(opened.database);
    await bench.send({ body: THREE_PARTS });
    const modem = new ScriptedModem();
    const outbox = await bench.outbox(modem);
    await outbox.step();
    const early = new Date(bench.clock.now().getTime() - 60_000).toISOString();
    const urgent = await bench.send({ body: 'urgent' });
    await opened.database.orm.execute(
      `update sms.message_parts set due_at = '${early}' where message_id = '${urgent}'`,
    );
    await drain(outbox);
    expect(modem.texts().map((text) => text[0])).toEqual(['1', '2', '3', 'u']);
  });

  test('submitting is committed before the modem has the bytes', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const modem = new ScriptedModem();
    let seen: string[] = [];
    modem.script.push(async () => {
      seen = await bench.statuses(id);
      return modem.sent();
    });
    await drain(await bench.outbox(modem));
    expect(seen).toEqual(['submitting', 'submitting']);
  });

  test('nothing is sent before its time', async () => {
    const bench = await Bench.open(opened.database);
    await bench.send({ scheduleAt: new Date(bench.clock.now().getTime() + 3_000).toISOString() });
    const modem = new ScriptedModem();
    const outbox = await bench.outbox(modem);
    expect(await outbox.step()).toEqual({ kind: 'idle', waitMs: 3_000 });
    bench.clock.advance(3_000);
    expect(await outbox.step()).toMatchObject({ kind: 'submitted' });
    expect(await outbox.step()).toEqual({ kind: 'idle', waitMs: 5_000 });
  });

  test('the network is asked for no more time than is left after the wait, of one slice or several', async () => {
    const bench = await Bench.open(opened.database);
    for (const body of ['short', 'x'.repeat(200)]) await bench.send({ body, validitySeconds: 3600 });
    await bench.send({ body: 'as long as it takes' });
    bench.clock.advance(40 * 60_000);
    const modem = new ScriptedModem();
    await drain(await bench.outbox(modem));
    const minutes = modem.submitted.map(({ pdu }) => {
      const { validity } = submitOf(pdu);
      return validity?.format === 'relative' ? validity.minutes : null;
    });
    expect(minutes).toEqual([20, 20, 20, null]);
  });

  test('what waited longer than its validity expires and is not sent', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ validitySeconds: 60, body: THREE_PARTS });
    const modem = new ScriptedModem();
    const outbox = await bench.outbox(modem);
    bench.clock.advance(60_000);
    await drain(outbox);
    expect(modem.submitted).toEqual([]);
    expect(await bench.statuses(id)).toEqual(['expired', 'expired', 'expired', 'expired']);
  });
});

describe('refusals', () => {
  test('a temporary one is tried again with growing pauses, and sent when the network is back', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const modem = new ScriptedModem();
    modem.script.push(refusal('temporary'), refusal('temporary'));
    const outbox = await bench.outbox(modem);
    await outbox.step();
    expect(await bench.message(id)).toMatchObject({
      status: 'queued',
      parts: [{ error: expect.stringContaining('331') }],
    });
    expect(await outbox.step()).toEqual({ kind: 'idle', waitMs: 1_000 });
    bench.clock.advance(1_000);
    await outbox.step();
    expect(await outbox.step()).toEqual({ kind: 'idle', waitMs: 5_000 });
    bench.clock.advance(5_000);
    await outbox.step();
    expect(await bench.message(id)).toMatchObject({ status: 'sent', parts: [{ error: null }] });
    expect(modem.submitted).toHaveLength(3);
  });

  test('one that is refused, for now or for good, delays no other', async () => {
    const bench = await Bench.open(opened.database);
    const ids: string[] = [];
    for (const body of ['later', 'never', 'third', 'fourth']) {
      ids.push(await bench.send({ body }));
      bench.clock.advance(10);
    }
    const modem = new ScriptedModem();
    modem.script.push(refusal('temporary'), refusal('permanent'));
    const outbox = await bench.outbox(modem);
    // No clock is moved: whatever waited for anything would not go.
    for (let turn = 0; turn < 4; turn += 1) expect((await outbox.step()).kind).toBe('submitted');
    expect(modem.texts()).toEqual(['later', 'never', 'third', 'fourth']);
    const statuses = await Promise.all(ids.map(async (id) => (await bench.message(id)).status));
    expect(statuses).toEqual(['queued', 'failed', 'sent', 'sent']);
  });

  test('temporary ones come to an end: the message fails with the reason', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const modem = new ScriptedModem();
    modem.script.push(...Array.from({ length: 50 }, () => refusal('temporary')));
    const outbox = await bench.outbox(modem);
    for (let turn = 0; turn < 40; turn += 1) {
      await outbox.step();
      bench.clock.advance(3_600_000);
    }
    expect(modem.submitted).toHaveLength(8);
    expect(await bench.message(id)).toMatchObject({
      status: 'failed',
      parts: [{ status: 'failed', error: expect.stringContaining('Given up after 8 attempts') }],
    });
  });

  test('a permanent one fails the message and cancels the slices that wait', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: THREE_PARTS });
    const modem = new ScriptedModem();
    modem.script.push(() => modem.sent(), refusal('permanent', 'number not assigned'));
    await drain(await bench.outbox(modem));
    expect(modem.submitted).toHaveLength(2);
    expect(await bench.statuses(id)).toEqual(['failed', 'sent', 'failed', 'cancelled']);
    expect((await bench.message(id)).parts[1]?.error).toMatch(/^Number not assigned/);
  });

  test('the modem’s own troubles cost no attempt, make it rest, and leave the message to others', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const modem = new ScriptedModem();
    modem.script.push(refusal('modem'), refusal('modem'));
    const outbox = await bench.outbox(modem);
    expect(await outbox.step()).toEqual({ kind: 'resting', waitMs: 1_000 });
    expect(await outbox.step()).toEqual({ kind: 'resting', waitMs: 2_000 });
    expect(await bench.parts(id)).toMatchObject([{ status: 'queued', attempts: 0, modemId: null }]);

    const second = new ScriptedModem(100, 'm2');
    await drain(await bench.outbox(second, { modemId: await addModem(bench.context, 'm2') }));
    expect(await bench.message(id)).toMatchObject({ status: 'sent', modem: 'm2', parts: [{ reference: 100 }] });
  });

  test('a message that is partly out waits for its modem', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: THREE_PARTS });
    const modem = new ScriptedModem();
    modem.script.push(() => modem.sent(), refusal('modem'));
    const outbox = await bench.outbox(modem);
    await outbox.step();
    await outbox.step();
    const second = new ScriptedModem(100, 'm2');
    await drain(await bench.outbox(second, { modemId: await addModem(bench.context, 'm2') }));
    expect(second.submitted).toEqual([]);
    await drain(outbox);
    expect(await bench.message(id)).toMatchObject({ status: 'sent', modem: 'm1' });
  });

  test('a message for a certain modem waits for it', async () => {
    const bench = await Bench.open(opened.database);
    const secondId = await addModem(bench.context, 'm2');
    const id = await bench.send({ modem: 'm2' });
    const [first, second] = [new ScriptedModem(), new ScriptedModem(100, 'm2')];
    second.script.push(refusal('modem'));
    const outbox = await bench.outbox(second, { modemId: secondId });
    await outbox.step();
    await drain(await bench.outbox(first));
    expect(first.submitted).toEqual([]);
    await drain(outbox);
    expect(await bench.message(id)).toMatchObject({ status: 'sent', modem: 'm2' });
  });
});

describe('doubt', () => {
  test('an unknown slice is never sent again and holds the slices behind it', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: THREE_PARTS });
    const modem = new ScriptedModem();
    modem.script.push(() => modem.sent(), refusal('ambiguous', 'no answer'));
    const outbox = await bench.outbox(modem);
    await drain(outbox);
    bench.clock.advance(3_600_000);
    await drain(outbox);
    expect(modem.submitted).toHaveLength(2);
    expect(await bench.statuses(id)).toEqual(['unknown', 'sent', 'unknown', 'queued']);
    const { parts } = await bench.message(id);
    expect(parts[1]?.error).toMatch(/It may have been sent: No answer.*delivery report/);
    expect(parts[2]?.error).toMatch(/^Waits until it is known/);
  });

  test('a report of delivery settles it and lets the rest go', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: THREE_PARTS });
    const modem = new ScriptedModem(10);
    modem.script.push(refusal('ambiguous'));
    const outbox = await bench.outbox(modem);
    await drain(outbox);
    bench.clock.advance(60_000);
    expect(await recordReport(opened.database.orm, { ...bench.scope(), pdu: bench.report(9) })).toBe('matched');
    expect(await bench.statuses(id)).toEqual(['submitting', 'delivered', 'queued', 'queued']);
    await drain(outbox);
    expect((await bench.message(id)).parts.map((part) => part.reference)).toEqual([9, 10, 11]);
    expect(modem.texts().map((text) => text[0])).toEqual(['1', '2', '3']);
  });

  test('a report of failure cancels the rest', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: THREE_PARTS });
    const modem = new ScriptedModem();
    modem.script.push(refusal('ambiguous'));
    const outbox = await bench.outbox(modem);
    await drain(outbox);
    await recordReport(opened.database.orm, { ...bench.scope(), pdu: bench.report(9, { status: 0x43 }) });
    await drain(outbox);
    expect(modem.submitted).toHaveLength(1);
    expect(await bench.statuses(id)).toEqual(['failed', 'failed', 'cancelled', 'cancelled']);
  });

  test('held slices do not wait for ever', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: THREE_PARTS });
    const modem = new ScriptedModem();
    modem.script.push(refusal('ambiguous'));
    const outbox = await bench.outbox(modem);
    await drain(outbox);
    bench.clock.advance(5 * 24 * 3_600_000);
    await drain(outbox);
    expect(modem.submitted).toHaveLength(1);
    expect(await bench.statuses(id)).toEqual(['expired', 'unknown', 'expired', 'expired']);
  });

  test('a port that throws leaves the slice unknown, not lost', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const modem = new ScriptedModem();
    modem.script.push(() => {
      throw new Error('bug');
    });
    await drain(await bench.outbox(modem));
    expect(await bench.statuses(id)).toEqual(['unknown', 'unknown']);
  });
});

describe('a crash', () => {
  test('between submitting and the outcome makes the slice unknown, and nothing sends it again', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: THREE_PARTS });
    const before = new ScriptedModem();
    before.script.push(() => before.sent(), never);
    const dead = await bench.outbox(before);
    await dead.step();
    void dead.step();
    while (before.submitted.length < 2) await new Promise((resolve) => setImmediate(resolve));

    const after = new ScriptedModem(50);
    const outbox = await bench.outbox(after);
    await drain(outbox);
    expect(after.submitted).toEqual([]);
    expect(await bench.statuses(id)).toEqual(['unknown', 'sent', 'unknown', 'queued']);
    expect((await bench.message(id)).parts[1]?.error).toMatch(/^The program stopped while this part was on its way/);

    expect(await recordReport(opened.database.orm, { ...bench.scope(), pdu: bench.report(2) })).toBe('matched');
    await drain(outbox);
    expect(after.texts().map((text) => text[0])).toEqual(['3']);
    expect((await bench.message(id)).parts.map((part) => part.reference)).toEqual([1, 2, 50]);
  });

  test('puts back what is known not to have left, believes what is known to have arrived, and doubts the rest', async () => {
    const bench = await Bench.open(opened.database);
    const [gone, arrived, stayed] = [
      await bench.send({ body: 'gone' }),
      await bench.send({ body: 'arrived' }),
      await bench.send({ body: 'stayed' }),
    ];
    const departed = new Map<string, number | undefined>();
    for (const id of [gone, arrived, stayed]) {
      const before = new ScriptedModem();
      before.script.push(never);
      const note = (_modem: string, _run: string, slice: { id: string; attempts: number }) => {
        if (id !== stayed) departed.set(`${slice.id}/${slice.attempts}`, id === arrived ? 77 : undefined);
      };
      const dead = await bench.outbox(before, { departures: { note, arrive: () => {}, of: () => departed } });
      void dead.step();
      while (before.submitted.length < 1) await new Promise((resolve) => setImmediate(resolve));
    }
    const after = new ScriptedModem();
    const departures = { note: () => {}, arrive: () => {}, of: () => departed };
    await drain(await bench.outbox(after, { departures }));
    expect(after.texts()).toEqual(['stayed']);
    expect(await bench.statuses(gone)).toEqual(['unknown', 'unknown']);
    expect(await bench.message(arrived)).toMatchObject({ status: 'sent', parts: [{ reference: 77, error: null }] });
    expect(await bench.statuses(stayed)).toEqual(['sent', 'sent']);
    expect((await bench.parts(stayed))[0]?.attempts).toBe(1);
  });

  test('the reference of what arrived is noted before the turn that stores it', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const noted: [string, number][] = [];
    const arrive = (_modem: string, _run: string, slice: { id: string; attempts: number }, reference: number) =>
      noted.push([`${slice.id}/${slice.attempts}`, reference]);
    const departures = { note: () => {}, arrive, of: () => undefined };
    await drain(await bench.outbox(new ScriptedModem(9), { departures }));
    const [part] = await bench.parts(id);
    expect(noted).toEqual([[`${part?.id}/1`, 9]]);
  });

  test('at any other step loses nothing and repeats nothing', async () => {
    for (const stepsBeforeTheCrash of [0, 1, 2, 3]) {
      const bench = await Bench.open(opened.database);
      const id = await bench.send({ body: THREE_PARTS });
      const before = new ScriptedModem();
      const dead = await bench.outbox(before);
      for (let step = 0; step < stepsBeforeTheCrash; step += 1) await dead.step();
      const after = new ScriptedModem(50);
      await drain(await bench.outbox(after));
      expect([...before.texts(), ...after.texts()].map((text) => text[0])).toEqual(['1', '2', '3']);
      expect(await bench.statuses(id)).toEqual(['sent', 'sent', 'sent', 'sent']);
    }
  });

  test('a report that came while nobody knew settles the slice at the start', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const before = new ScriptedModem();
    before.script.push(never);
    const dead = await bench.outbox(before);
    void dead.step();
    while (before.submitted.length < 1) await new Promise((resolve) => setImmediate(resolve));
    expect(await recordReport(opened.database.orm, { ...bench.scope(), pdu: bench.report(77) })).toBe('orphan');
    await drain(await bench.outbox(new ScriptedModem()));
    expect(await bench.message(id)).toMatchObject({ status: 'delivered', parts: [{ reference: 77 }] });
  });

  test('a run that still lives and reports late does not resend and settles the doubt', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const slow = new ScriptedModem(33);
    let answer: (outcome: SubmitOutcome) => void = () => {};
    slow.script.push(
      () =>
        new Promise<SubmitOutcome>((resolve) => {
          answer = resolve;
        }),
    );
    const stalled = await bench.outbox(slow);
    const step = stalled.step();
    while (slow.submitted.length < 1) await new Promise((resolve) => setImmediate(resolve));
    const fresh = new ScriptedModem();
    await drain(await bench.outbox(fresh));
    expect(await bench.statuses(id)).toEqual(['unknown', 'unknown']);
    answer(slow.sent());
    await step;
    expect(fresh.submitted).toEqual([]);
    expect(await bench.message(id)).toMatchObject({ status: 'sent', parts: [{ reference: 33 }] });
  });
});

describe('a run that was thought dead', () => {
  test('and learns late that its slice was refused puts it back: it never left', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const slow = new ScriptedModem(33);
    let answer: (outcome: SubmitOutcome) => void = () => {};
    slow.script.push(
      () =>
        new Promise<SubmitOutcome>((resolve) => {
          answer = resolve;
        }),
    );
    const stalled = await bench.outbox(slow);
    const step = stalled.step();
    while (slow.submitted.length < 1) await new Promise((resolve) => setImmediate(resolve));
    const fresh = new ScriptedModem(90);
    const outbox = await bench.outbox(fresh);
    await drain(outbox);
    expect(await bench.statuses(id)).toEqual(['unknown', 'unknown']);
    answer(refusal('modem'));
    await step;
    await drain(outbox);
    expect(fresh.submitted).toHaveLength(1);
    expect(await bench.message(id)).toMatchObject({ status: 'sent', parts: [{ reference: 90 }] });
  });

  test('on a modem that was then switched off leaves its slice unknown, not submitting for ever', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const modem = new ScriptedModem();
    modem.script.push(never);
    void (await bench.outbox(modem)).step();
    while (modem.submitted.length < 1) await new Promise((resolve) => setImmediate(resolve));
    bench.clock.advance(11 * 60_000);
    await keepHouse(opened.database.orm, bench.clock.now());
    expect(await bench.statuses(id)).toEqual(['submitting', 'submitting']);
    await opened.database.orm
      .update(modems)
      .set({ ownerId: null, ownerLeaseUntil: null })
      .where(eq(modems.id, bench.modemId));
    await keepHouse(opened.database.orm, bench.clock.now());
    expect(await bench.statuses(id)).toEqual(['unknown', 'unknown']);
  });
});

describe('a database that is away', () => {
  /** The database with transactions that fail while told so; `after` lets them commit and then loses the answer. */
  function flaky() {
    const state = { mode: 'up' as 'up' | 'down' | 'after' };
    async function disturbed<T>(work: () => Promise<T>): Promise<T> {
      if (state.mode === 'down') throw new Error('connection refused');
      const result = await work();
      if (state.mode === 'after') throw new Error('connection lost while committing');
      return result;
    }
    const orm = new Proxy(opened.database.orm, {
      get(target, name, receiver) {
        if (name === 'transaction')
          return (work: Parameters<Db['transaction']>[0]) => disturbed(() => target.transaction(work));
        return name === '$client' ? { reserve } : Reflect.get(target, name, receiver);
      },
    });
    // What `transactAtOnce` uses; it sends its `commit` last.
    async function reserve() {
      if (state.mode === 'down') throw new Error('connection refused');
      const { $client: client } = opened.database.orm as unknown as { readonly $client: Sql };
      const connection = await client.reserve();
      const unsafe = (text: string, ...more: []) => {
        const query = connection.unsafe(text, ...more);
        return text === 'commit' ? disturbed(async () => query).finally(() => connection.release()) : query;
      };
      return { unsafe, release: () => {} };
    }
    return { state, database: { orm } };
  }

  test('an outcome that could not be stored is stored when it is back, and the slice goes once', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const { state, database } = flaky();
    const modem = new ScriptedModem(200);
    modem.script.push(() => {
      state.mode = 'down';
      return modem.sent();
    });
    const outbox = await bench.outbox(modem, { database });
    await expect(outbox.step()).rejects.toThrow('connection refused');
    await expect(outbox.step()).rejects.toThrow('connection refused');
    expect(await bench.statuses(id)).toEqual(['submitting', 'submitting']);
    state.mode = 'up';
    await drain(outbox);
    expect(modem.submitted).toHaveLength(1);
    expect(await bench.message(id)).toMatchObject({ status: 'sent', parts: [{ reference: 200 }] });
  });

  test('a report that came meanwhile waits for the reference', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const { state, database } = flaky();
    const modem = new ScriptedModem(200);
    modem.script.push(() => {
      state.mode = 'down';
      return modem.sent();
    });
    const outbox = await bench.outbox(modem, { database });
    await expect(outbox.step()).rejects.toThrow();
    await recordReport(opened.database.orm, { ...bench.scope(), pdu: bench.report(200) });
    state.mode = 'up';
    await drain(outbox);
    expect(await bench.message(id)).toMatchObject({ status: 'delivered', parts: [{ reference: 200 }] });
  });

  test('an outcome whose commit was not confirmed is stored once', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const { state, database } = flaky();
    const modem = new ScriptedModem();
    modem.script.push(() => {
      state.mode = 'after';
      return refusal('temporary');
    });
    const outbox = await bench.outbox(modem, { database });
    await expect(outbox.step()).rejects.toThrow('committing');
    state.mode = 'up';
    expect(await outbox.step()).toEqual({ kind: 'idle', waitMs: 1_000 });
    expect(await bench.parts(id)).toMatchObject([{ status: 'queued', attempts: 1 }]);
    bench.clock.advance(1_000);
    await drain(outbox);
    expect(await bench.statuses(id)).toEqual(['sent', 'sent']);
  });

  test('a claim whose commit was not confirmed is given back: its bytes never left', async () => {
    const bench = await Bench.open(opened.database);
    const { state, database } = flaky();
    const modem = new ScriptedModem();
    const outbox = await bench.outbox(modem, { database });
    await drain(outbox);
    const id = await bench.send();
    state.mode = 'after';
    await expect(outbox.step()).rejects.toThrow('committing');
    expect(modem.submitted).toEqual([]);
    expect(await bench.statuses(id)).toEqual(['submitting', 'submitting']);
    state.mode = 'up';
    await drain(outbox);
    expect(modem.submitted).toHaveLength(1);
    expect(await bench.parts(id)).toMatchObject([{ status: 'sent', attempts: 1 }]);
  });

  test('the loop pauses, tries again and goes on', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const { state, database } = flaky();
    state.mode = 'down';
    const modem = new ScriptedModem();
    const outbox = await bench.outbox(modem, { database });
    for (const pause of [200, 500, 1_000]) {
      const paused = bench.timers.nextWait();
      if (pause === 200) outbox.start();
      else bench.timers.advance(pause === 500 ? 200 : 500);
      await paused;
      expect(bench.timers.delays()).toEqual([pause]);
    }
    state.mode = 'up';
    const idle = bench.timers.nextWait();
    bench.timers.advance(1_000);
    await idle;
    expect(bench.timers.delays()).toEqual([5_000]);
    expect(await bench.statuses(id)).toEqual(['sent', 'sent']);
    await outbox.close();
  });
});

describe('the loop', () => {
  test('waits for a ready modem, and is woken by new work', async () => {
    const bench = await Bench.open(opened.database);
    const modem = new ScriptedModem();
    modem.change({ state: 'registering' });
    const outbox = await bench.outbox(modem);
    outbox.start();
    const first = await bench.send();
    const idle = bench.timers.nextWait();
    modem.change({ state: 'ready' });
    await idle;
    expect(await bench.statuses(first)).toEqual(['sent', 'sent']);
    const second = await bench.send();
    const again = bench.timers.nextWait();
    outbox.wake();
    await again;
    expect(await bench.statuses(second)).toEqual(['sent', 'sent']);
    await outbox.close();
  });

  test('finds work by itself when nobody wakes it', async () => {
    const bench = await Bench.open(opened.database);
    const outbox = await bench.outbox(new ScriptedModem());
    const idle = bench.timers.nextWait();
    outbox.start();
    await idle;
    const id = await bench.send();
    const again = bench.timers.nextWait();
    bench.timers.advance(5_000);
    await again;
    expect(await bench.statuses(id)).toEqual(['sent', 'sent']);
    await outbox.close();
  });

  test('its end waits for the slice in the air', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: THREE_PARTS });
    const modem = new ScriptedModem();
    let answer: (outcome: SubmitOutcome) => void = () => {};
    const asked = new Promise<void>((submitted) => {
      modem.script.push(() => {
        submitted();
        return new Promise<SubmitOutcome>((resolve) => {
          answer = resolve;
        });
      });
    });
    const outbox = await bench.outbox(modem);
    outbox.start();
    await asked;
    const closed = outbox.close();
    answer(modem.sent());
    await closed;
    expect(await bench.statuses(id)).toEqual(['submitting', 'sent', 'queued', 'queued']);
  });
});

describe('several modems', () => {
  test('share the queue and never take the same slice', async () => {
    const bench = await Bench.open(opened.database);
    const names = ['m1', 'm2', 'm3', 'm4'];
    const ids = [bench.modemId];
    for (const name of names.slice(1)) ids.push(await addModem(bench.context, name));
    const sent: string[] = [];
    for (let index = 0; index < 30; index += 1) {
      sent.push(await bench.send({ body: index % 3 === 0 ? `${index} ${'x'.repeat(300)}` : `${index}` }));
      bench.clock.advance(1);
    }
    const ports = names.map((name, index) => new ScriptedModem(index * 50 + 1, name));
    const outboxes = await Promise.all(ports.map((port, index) => bench.outbox(port, { modemId: ids[index] ?? '' })));
    await Promise.all(outboxes.map(drain));
    const pdus = ports.flatMap((port) => port.submitted.map(({ pdu }) => pdu));
    expect(pdus).toHaveLength(40);
    expect(new Set(pdus).size).toBe(40);
    for (const id of sent) {
      const parts = await bench.parts(id);
      expect(new Set(parts.map((part) => part.modemId)).size).toBe(1);
      expect(parts.every((part) => part.status === 'sent' && part.attempts === 1 && part.reference !== null)).toBe(
        true,
      );
    }
  });

  // The embedded engine has one session: there nobody can be in the way.
  test.runIf(process.env.SWITCHHOOK_TEST_ENGINE === 'postgres')(
    'a fleet that claims at the same moment leaves none without work while there is some',
    async () => {
      const bench = await Bench.open(opened.database);
      for (let index = 0; index < 41; index += 1) {
        await bench.send({ body: `${index}` });
        bench.clock.advance(1);
      }
      const modem = new ScriptedModem();
      const outbox = await bench.outbox(modem);
      await opened.database.orm.transaction(async (others) => {
        await others.execute(sql`select id from sms.message_parts where organization_id = ${bench.organizationId}
          order by due_at limit 40 for update`);
        expect(await outbox.step()).toMatchObject({ kind: 'submitted' });
      });
      expect(modem.texts()).toEqual(['40']);
    },
  );

  test('without the lease nothing is claimed', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const modem = new ScriptedModem();
    const outbox = await bench.outbox(modem);
    await acquireModemLease(opened.database.orm, bench.modemId, 'another', 60_000, true);
    await drain(outbox);
    expect(modem.submitted).toEqual([]);
    expect(await bench.statuses(id)).toEqual(['queued', 'queued']);
    const [row] = await opened.database.orm.select().from(modems).where(eq(modems.id, bench.modemId));
    expect(row?.ownerId).toBe('another');
  });

  test('of two outboxes for one modem only the holder of the lease sends', async () => {
    const bench = await Bench.open(opened.database);
    for (let index = 0; index < 5; index += 1) await bench.send();
    const [former, current] = [new ScriptedModem(), new ScriptedModem()];
    const outboxes = [await bench.outbox(former), await bench.outbox(current)];
    await Promise.all(outboxes.map(drain));
    expect([former.submitted.length, current.submitted.length]).toEqual([0, 5]);
  });

  test('one organization’s modem never sends another’s messages', async () => {
    const [mine, other] = [await Bench.open(opened.database), await Bench.open(opened.database)];
    await other.send();
    const modem = new ScriptedModem();
    await drain(await mine.outbox(modem));
    expect(modem.submitted).toEqual([]);
  });
});
