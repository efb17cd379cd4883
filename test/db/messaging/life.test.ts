import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidv7 } from '../../../src/core/ids.ts';
import { Context } from '../../../src/db/context.ts';
import { createResource } from '../../../src/db/resource.ts';
import { memberships, messageParts, messages, modems, quotaUsage, users } from '../../../src/db/schema/index.ts';
import { keepHouse } from '../../../src/messaging/housekeeping.ts';
import { receivePdu } from '../../../src/messaging/inbox/receive-pdu.ts';
import {
  cancelMessage,
  policyResource,
  resendMessage,
  routeResource,
  sendMessage,
  suppressionResource,
} from '../../../src/messaging/index.ts';
import { acquireModemLease } from '../../../src/messaging/modems/lease.ts';
import { SimBudget } from '../../../src/messaging/outbox/budget.ts';
import { encodeDeliver } from '../../../src/modem/pdu/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addModem, Bench, drain, PEER, refusal, ScriptedModem } from './fixtures.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened?.close());

const DAY_MS = 24 * 3_600_000;
const THREE_PARTS = `${'1'.repeat(153)}${'2'.repeat(153)}3`;

describe('taking back and sending again', () => {
  test('a cancelled message is not sent', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: THREE_PARTS });
    expect(await cancelMessage(bench.context, id)).toMatchObject({ status: 'cancelled' });
    const modem = new ScriptedModem();
    await drain(await bench.outbox(modem));
    expect(modem.submitted).toEqual([]);
    expect(await bench.statuses(id)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
  });

  test('what is out cannot be cancelled, and it says so', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    await drain(await bench.outbox(new ScriptedModem()));
    await expect(cancelMessage(bench.context, id)).rejects.toMatchObject({
      code: 'message.not_cancellable',
      status: 409,
    });
    expect(await bench.statuses(id)).toEqual(['sent', 'sent']);
  });

  test('of a message that has begun the rest is cancelled', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: THREE_PARTS });
    const outbox = await bench.outbox(new ScriptedModem());
    await outbox.step();
    await cancelMessage(bench.context, id);
    await drain(outbox);
    expect(await bench.statuses(id)).toEqual(['cancelled', 'sent', 'cancelled', 'cancelled']);
  });

  test('another organization’s message cannot be cancelled', async () => {
    const [mine, other] = [await Bench.open(opened.database), await Bench.open(opened.database)];
    const id = await other.send();
    await expect(cancelMessage(mine.context, id)).rejects.toMatchObject({ code: 'message.missing' });
    expect(await other.statuses(id)).toEqual(['queued', 'queued']);
  });

  test('a dead letter says why, and is sent again as a message of its own', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ priority: 'high' });
    const modem = new ScriptedModem();
    modem.script.push(refusal('permanent', 'number not assigned'));
    const outbox = await bench.outbox(modem);
    await drain(outbox);
    expect(await bench.message(id)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^Number not assigned/),
    });
    const again = await resendMessage(bench.context, id);
    expect(again.id).not.toBe(id);
    await drain(outbox);
    expect(await bench.message(again.id)).toMatchObject({ status: 'sent', resendOf: id, priority: 'high' });
    expect(
      (await bench.context.db.select().from(messages).where(eq(messages.id, again.id)))[0]?.textOptions,
    ).toBeNull();
    await expect(resendMessage(bench.context, again.id)).rejects.toMatchObject({ code: 'message.not_resendable' });
  });
});

test('what is sent again is put into slices as it was', async () => {
  const bench = await Bench.open(opened.database);
  const id = await bench.send({ body: 'œuvre '.repeat(40), encoding: 'transliterate', referenceBits: 16 });
  const modem = new ScriptedModem();
  modem.script.push(refusal('permanent'));
  await drain(await bench.outbox(modem));
  const again = await resendMessage(bench.context, id);
  expect(again).toMatchObject({ encoding: 'gsm7', partCount: 2 });
  // Up to the concatenation element of 16 bits; its reference is the next one.
  const beginning = async (message: string) => (await bench.parts(message))[0]?.pdu.slice(0, 34);
  expect(await beginning(again.id)).toMatch(/060804$/);
  expect(await beginning(again.id)).toBe(await beginning(id));
});

describe('retry policy of a message', () => {
  test('limits temporary refusals', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ retry: { temporary: 1 } });
    const modem = new ScriptedModem();
    modem.script.push(refusal('temporary'), refusal('temporary'));
    const outbox = await bench.outbox(modem);
    await outbox.step();
    bench.clock.advance(1_000);
    await outbox.step();
    expect(await bench.message(id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('Given up after 2'),
    });
  });

  test('may try permanent ones again, for networks that mean "busy"', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ retry: { permanent: 1 } });
    const modem = new ScriptedModem();
    modem.script.push(refusal('permanent'));
    const outbox = await bench.outbox(modem);
    await outbox.step();
    bench.clock.advance(1_000);
    await drain(outbox);
    expect(await bench.statuses(id)).toEqual(['sent', 'sent']);
  });

  test('bounds the modem’s own troubles when asked to', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ retry: { modem: 0 } });
    const modem = new ScriptedModem();
    modem.script.push(refusal('modem'));
    await (await bench.outbox(modem)).step();
    expect(await bench.statuses(id)).toEqual(['failed', 'failed']);
  });
});

describe('doubt', () => {
  async function doubtful(more: Parameters<Bench['send']>[0] = {}) {
    const bench = await Bench.open(opened.database);
    const id = await bench.send(more);
    const modem = new ScriptedModem();
    modem.script.push(refusal('ambiguous'));
    const outbox = await bench.outbox(modem);
    await drain(outbox);
    expect(await bench.statuses(id)).toEqual(['unknown', 'unknown']);
    return { bench, id, modem, outbox };
  }

  test('is kept while a report can come, then held with the reason', async () => {
    const { bench, id, modem, outbox } = await doubtful();
    bench.clock.advance(3 * DAY_MS);
    await keepHouse(opened.database.orm, bench.clock.now());
    expect((await bench.message(id)).error).toMatch(/a delivery report settles it/);
    bench.clock.advance(2 * DAY_MS);
    await keepHouse(opened.database.orm, bench.clock.now());
    await drain(outbox);
    expect(modem.submitted).toHaveLength(1);
    expect(await bench.message(id)).toMatchObject({ status: 'unknown', error: expect.stringContaining('policy hold') });
  });

  test('ends with another try where the organization prefers a double to a loss', async () => {
    const { bench, id, modem, outbox } = await doubtful();
    await createResource(bench.context, policyResource, { name: 'house', unknownSlices: 'resend' });
    bench.clock.advance(5 * DAY_MS);
    await keepHouse(opened.database.orm, bench.clock.now());
    await drain(outbox);
    expect(modem.submitted).toHaveLength(2);
    expect(await bench.statuses(id)).toEqual(['sent', 'sent']);
  });

  test('the message’s own wish goes before the organization’s', async () => {
    const { bench, modem, outbox } = await doubtful({ retry: { unknown: 'hold' } });
    await createResource(bench.context, policyResource, { name: 'house', unknownSlices: 'resend' });
    bench.clock.advance(5 * DAY_MS);
    await keepHouse(opened.database.orm, bench.clock.now());
    await drain(outbox);
    expect(modem.submitted).toHaveLength(1);
  });
});

describe('who may be written to', () => {
  test('a suppressed number gets nothing, in any spelling', async () => {
    const bench = await Bench.open(opened.database);
    await createResource(bench.context, suppressionResource, { number: PEER, reason: 'opt_out' });
    for (const to of [PEER, '+1 (212) 555-0123', '2125550123']) {
      await expect(bench.send({ to })).rejects.toMatchObject({ code: 'message.suppressed', status: 403 });
    }
    await expect(bench.send({ to: '+12125550124' })).resolves.toBeTypeOf('string');
  });

  test('a prefix filter refuses other countries', async () => {
    const bench = await Bench.open(opened.database);
    await createResource(bench.context, policyResource, { name: 'house', allowedPrefixes: ['+1212', '+49'] });
    await expect(bench.send({ to: '+358401234567' })).rejects.toMatchObject({ code: 'message.prefix_refused' });
    await expect(bench.send({ to: '+4915112345678' })).resolves.toBeTypeOf('string');
  });

  test('a recipients filter allows contacts only', async () => {
    const bench = await Bench.open(opened.database);
    await createResource(bench.context, policyResource, { name: 'house', restrictToContacts: true });
    await expect(bench.send()).rejects.toMatchObject({ code: 'message.not_a_contact' });
  });
});

describe('quotas', () => {
  test('are reserved in parts at acceptance and refuse what goes beyond, with the numbers', async () => {
    const bench = await Bench.open(opened.database);
    await createResource(bench.context, policyResource, { name: 'house', quotaLimit: 4, quotaUnit: 'month' });
    await bench.send({ body: THREE_PARTS });
    await expect(bench.send({ body: 'x'.repeat(200) })).rejects.toMatchObject({
      code: 'quota.exceeded',
      status: 402,
      detail: expect.stringMatching(/needs 2 message parts; the organization has used 3 of 4 this month .* 2026-12-01/),
    });
    await bench.send({ body: 'one part still fits' });
    await expect(bench.send()).rejects.toMatchObject({ code: 'quota.exceeded' });
    bench.clock.advance(10 * DAY_MS);
    await bench.send();
  });

  test('many at once cannot overdraw', async () => {
    const bench = await Bench.open(opened.database);
    await createResource(bench.context, policyResource, { name: 'house', quotaLimit: 5, quotaUnit: 'day' });
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => bench.send()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    const [row] = await opened.database.orm
      .select({ used: quotaUsage.used })
      .from(quotaUsage)
      .where(eq(quotaUsage.organizationId, bench.organizationId));
    expect(row?.used).toBe(5);
  });

  test('a policy can hold for one API key', async () => {
    const bench = await Bench.open(opened.database);
    await createResource(bench.context, policyResource, {
      name: 'shop',
      apiKey: 'shop',
      quotaLimit: 1,
      quotaUnit: 'day',
    });
    const { organizationId, clock, context } = bench;
    const as = (name: string) =>
      new Context({
        db: opened.database.orm,
        organizationId,
        actor: { kind: 'api_key', id: name, name },
        can: () => true,
        clock,
        secrets: context.secrets,
      });
    const text = { to: PEER, body: 'Hello' };
    await sendMessage(as('shop'), text);
    await expect(sendMessage(as('shop'), text)).rejects.toMatchObject({
      detail: expect.stringMatching(/the API key shop/),
    });
    await sendMessage(as('desk'), text);
  });

  test('a policy can hold for one person, by callsign or e-mail', async () => {
    const bench = await Bench.open(opened.database);
    const { organizationId, clock, context } = bench;
    const person = async (callsign: string) => {
      const id = uuidv7();
      const email = `${callsign}-${organizationId}@example.org`;
      await opened.database.orm.insert(users).values({ id, email });
      await opened.database.orm.insert(memberships).values({ organizationId, userId: id, callsign });
      const { secrets } = context;
      const actor = { kind: 'user', id, name: callsign } as const;
      return {
        email,
        context: new Context({ db: opened.database.orm, organizationId, actor, can: () => true, clock, secrets }),
      };
    };
    const [ida, otto] = [await person('ida'), await person('otto')];
    const quota = { quotaLimit: 1, quotaUnit: 'day' };
    await createResource(bench.context, policyResource, { name: 'of ida', person: 'IDA', ...quota });
    await createResource(bench.context, policyResource, { name: 'of otto', person: otto.email, ...quota });
    await createResource(bench.context, policyResource, { name: 'house', quotaLimit: 3, quotaUnit: 'day' });
    const text = { to: PEER, body: 'Hello' };
    for (const each of [ida, otto]) {
      await sendMessage(each.context, text);
      await expect(sendMessage(each.context, text)).rejects.toMatchObject({ code: 'quota.exceeded' });
    }
    await bench.send();
    await expect(bench.send()).rejects.toMatchObject({ detail: expect.stringMatching(/the organization has used 3/) });
    const both = { name: 'both', person: 'ida', apiKey: 'shop' };
    await expect(createResource(bench.context, policyResource, both)).rejects.toMatchObject({
      problems: [{ path: 'person' }],
    });
  });

  test('what is cancelled, expires or stands behind a failure gives its parts back, and no more', async () => {
    const bench = await Bench.open(opened.database);
    await createResource(bench.context, policyResource, { name: 'house', quotaLimit: 100, quotaUnit: 'month' });
    const used = async () => {
      const [row] = await opened.database.orm
        .select({ used: quotaUsage.used })
        .from(quotaUsage)
        .where(eq(quotaUsage.organizationId, bench.organizationId));
      return row?.used;
    };
    const cancelled = await bench.send({ body: THREE_PARTS });
    await bench.send({ validitySeconds: 300 });
    expect(await used()).toBe(4);
    await cancelMessage(bench.context, cancelled);
    expect(await used()).toBe(1);
    bench.clock.advance(301_000);
    await keepHouse(opened.database.orm, bench.clock.now());
    expect(await used()).toBe(0);

    const modem = new ScriptedModem();
    const outbox = await bench.outbox(modem);
    const failing = await bench.send({ body: THREE_PARTS });
    modem.script.push(modem.sent(), refusal('permanent'));
    await drain(outbox);
    expect(await bench.statuses(failing)).toEqual(['failed', 'sent', 'failed', 'cancelled']);
    expect(await used()).toBe(2);
    // The window it was taken from, not the one of today.
    const late = await bench.send({ scheduleAt: new Date(bench.clock.now().getTime() + 40 * DAY_MS).toISOString() });
    bench.clock.advance(30 * DAY_MS);
    await cancelMessage(bench.context, late);
    expect(await used()).toBe(2);
  });

  test('windows are the calendar’s in the owner’s zone', async () => {
    const bench = await Bench.open(opened.database);
    // 12:00 UTC on the 21st is the 22nd in Auckland.
    await createResource(bench.context, policyResource, {
      name: 'house',
      quotaLimit: 9,
      quotaUnit: 'day',
      timezone: 'Pacific/Auckland',
    });
    await bench.send();
    const [row] = await opened.database.orm
      .select({ window: quotaUsage.window })
      .from(quotaUsage)
      .where(eq(quotaUsage.organizationId, bench.organizationId));
    expect(row?.window).toBe('day/2026-11-22');
  });
});

describe('which modem', () => {
  test('an answer leaves by the SIM that received', async () => {
    const bench = await Bench.open(opened.database);
    const second = await addModem(bench.context, 'm2');
    const pdu = encodeDeliver({ from: PEER, text: 'hello?', timestamp: '2026-11-21T12:00:00+00:00' });
    await receivePdu(opened.database.orm, { ...bench.scope(), modemId: second }, { pdu });
    expect(await bench.message(await bench.send())).toMatchObject({ modem: 'm2' });
    expect(await bench.message(await bench.send({ to: '+12125550199' }))).toMatchObject({ modem: null });
  });

  test('the longest prefix decides, and other modems leave the message alone', async () => {
    const bench = await Bench.open(opened.database);
    const second = await addModem(bench.context, 'm2');
    await createResource(bench.context, routeResource, { prefix: '+49', modems: ['m1'] });
    await createResource(bench.context, routeResource, { prefix: '+4915', modems: ['m2'] });
    const id = await bench.send({ to: '+4915112345678' });
    const [first, other] = [new ScriptedModem(), new ScriptedModem()];
    await drain(await bench.outbox(first));
    expect(first.submitted).toEqual([]);
    await drain(await bench.outbox(other, { modemId: second }));
    expect(await bench.message(id)).toMatchObject({ status: 'sent', modem: 'm2' });
  });

  test('weights share new messages', async () => {
    const bench = await Bench.open(opened.database);
    const second = await addModem(bench.context, 'm2');
    await opened.database.orm.update(modems).set({ weight: 3 }).where(eq(modems.id, second));
    const names: (string | null)[] = [];
    for (let n = 0; n < 8; n += 1) names.push((await bench.message(await bench.send({ to: `+1212555020${n}` }))).modem);
    expect(names.filter((name) => name === 'm2')).toHaveLength(6);
  });

  test('what waits for a modem that is away goes through another; what was pinned waits', async () => {
    const bench = await Bench.open(opened.database);
    const second = await addModem(bench.context, 'm2');
    await opened.database.orm
      .update(modems)
      .set({ weight: 2, status: 'active', snapshot: { state: 'absent', since: '2026-11-21T11:00:00Z' } })
      .where(eq(modems.id, second));
    const [moved, pinned] = [await bench.send(), await bench.send({ modem: 'm2' })];
    expect((await bench.message(moved)).modem).toBe('m2');
    await keepHouse(opened.database.orm, bench.clock.now());
    expect((await bench.message(moved)).modem).toBe('m2');
    await acquireModemLease(opened.database.orm, bench.modemId, 'run', 60_000, true);
    await opened.database.orm
      .update(modems)
      .set({ snapshot: { state: 'ready', since: '2026-11-21T11:00:00Z' } })
      .where(eq(modems.id, bench.modemId));
    await keepHouse(opened.database.orm, bench.clock.now());
    expect((await bench.message(moved)).modem).toBeNull();
    expect((await bench.message(pinned)).modem).toBe('m2');
    await drain(await bench.outbox(new ScriptedModem()));
    expect(await bench.message(moved)).toMatchObject({ status: 'sent', modem: 'm1' });
  });
});

describe('lanes and budgets', () => {
  test('urgent goes first, yet every tenth slice is of the lowest lane', async () => {
    const bench = await Bench.open(opened.database);
    for (let n = 0; n < 12; n += 1) await bench.send({ body: `low ${n}`, priority: 'low' });
    bench.clock.advance(1_000);
    for (let n = 0; n < 20; n += 1) await bench.send({ body: `high ${n}`, priority: 'high' });
    const modem = new ScriptedModem();
    const outbox = await bench.outbox(modem);
    for (let turn = 0; turn < 20; turn += 1) await outbox.step();
    const low = modem.texts().filter((text) => text.startsWith('low'));
    expect(low).toEqual(['low 0', 'low 1']);
    expect(modem.texts()[0]).toBe('high 0');
  });

  test('the floor holds on a fast line, where ten slices are claimed at once', async () => {
    const bench = await Bench.open(opened.database);
    for (let n = 0; n < 30; n += 1) await bench.send({ body: `low ${n}`, priority: 'low' });
    for (let n = 0; n < 220; n += 1) await bench.send({ body: `high ${n}`, priority: 'high' });
    const modem = new ScriptedModem();
    let ms = 0;
    // 28 ms in the air and 5 for a turn: ten at once.
    const timers = { nowMs: () => ms, after: bench.timers.after.bind(bench.timers) };
    const submit = modem.submit.bind(modem);
    modem.submit = async (request) => {
      ms += 28;
      return submit(request);
    };
    const outbox = await bench.outbox(modem, { timers });
    for (let turn = 0; turn < 200; turn += 1) {
      await outbox.step();
      ms += 5;
    }
    const low = modem.texts().filter((text) => text.startsWith('low'));
    expect(low.length).toBeGreaterThanOrEqual(10);
    expect(low.length).toBeLessThanOrEqual(40);
  });

  test('a budget of slices holds back, over a restart too', async () => {
    const bench = await Bench.open(opened.database);
    for (let n = 0; n < 5; n += 1) await bench.send();
    const modem = new ScriptedModem();
    const outbox = () =>
      bench.outbox(modem, {
        budget: new SimBudget({
          organizationId: bench.organizationId,
          modemId: bench.modemId,
          limits: { maxPerMinute: 2 },
          jitterSeconds: 0,
          random: () => 0,
        }),
      });
    await drain(await outbox());
    expect(modem.submitted).toHaveLength(2);
    bench.clock.advance(30_000);
    const second = await outbox();
    await drain(second);
    expect(modem.submitted).toHaveLength(2);
    bench.clock.advance(30_000);
    await drain(second);
    expect(modem.submitted).toHaveLength(4);
  });

  test('a budget of recipients lets known numbers through', async () => {
    const bench = await Bench.open(opened.database);
    for (const to of ['+12125550101', '+12125550102', '+12125550101', '+12125550103']) await bench.send({ to });
    const modem = new ScriptedModem();
    const limits = { maxRecipientsPerDay: 2 };
    const { organizationId, modemId } = bench;
    const budget = new SimBudget({ organizationId, modemId, limits, jitterSeconds: 0, random: () => 0 });
    await drain(await bench.outbox(modem, { budget }));
    expect(modem.submitted).toHaveLength(3);
  });

  test('during quiet hours only urgent messages go', async () => {
    const bench = await Bench.open(opened.database);
    await bench.send({ body: 'newsletter' });
    await bench.send({ body: 'login code', priority: 'high' });
    const modem = new ScriptedModem();
    let isQuiet = true;
    const quietUntil = (now: Date) => (isQuiet ? new Date(now.getTime() + 3_600_000) : undefined);
    const outbox = await bench.outbox(modem, { quietUntil });
    await drain(outbox);
    expect(modem.texts()).toEqual(['login code']);
    isQuiet = false;
    await drain(outbox);
    expect(modem.texts()).toEqual(['login code', 'newsletter']);
  });
});

describe('while a slice is in the air', () => {
  /** A modem on which each slice takes 50 ms and the database's turns take 5. */
  async function busy(count: number, airMs = 20) {
    const bench = await Bench.open(opened.database);
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) ids.push(await bench.send({ body: `${n}` }));
    const modem = new ScriptedModem();
    const timers = { nowMs: () => performance.now(), after: bench.timers.after.bind(bench.timers) };
    const air = () => new Promise((resolve) => setTimeout(resolve, airMs));
    for (let n = 0; n < count; n += 1) {
      modem.script.push(async () => {
        await air();
        return modem.sent();
      });
    }
    return { bench, ids, modem, timers };
  }

  test('the next is claimed and the former stored, and each was committed before its bytes left', async () => {
    const { bench, ids, modem, timers } = await busy(6);
    const seen: number[] = [];
    const inTheAir = async () => {
      const rows = await opened.database.orm
        .select({ id: messageParts.id })
        .from(messageParts)
        .where(and(eq(messageParts.organizationId, bench.organizationId), eq(messageParts.status, 'submitting')));
      return rows.length;
    };
    const scripted = modem.script.splice(0);
    for (const answer of scripted) {
      modem.script.push(async (request) => {
        const [part] = await opened.database.orm
          .select({ status: messageParts.status })
          .from(messageParts)
          .where(and(eq(messageParts.organizationId, bench.organizationId), eq(messageParts.pdu, request.pdu)));
        expect(part?.status).toBe('submitting');
        const outcome = typeof answer === 'function' ? await answer(request) : answer;
        seen.push(await inTheAir());
        return outcome;
      });
    }
    await drain(await bench.outbox(modem, { timers }));
    expect(Math.max(...seen)).toBeGreaterThan(1);
    for (const id of ids) expect(await bench.statuses(id)).toEqual(['sent', 'sent']);
    expect(modem.submitted).toHaveLength(6);
  });

  test('on a line faster than the database no slice goes twice', async () => {
    const { bench, ids, modem, timers } = await busy(40, 0);
    await drain(await bench.outbox(modem, { timers }));
    expect(modem.submitted).toHaveLength(40);
    expect(new Set(modem.submitted.map(({ pdu }) => pdu)).size).toBe(40);
    for (const id of ids) expect(await bench.statuses(id)).toEqual(['sent', 'sent']);
  });

  test('what was claimed too early goes back when the modem fails, and is sent later, once', async () => {
    const { bench, ids, modem, timers } = await busy(5);
    modem.script.splice(2, 1, async () => refusal('modem'));
    const outbox = await bench.outbox(modem, { timers });
    for (let turn = 0; turn < 3; turn += 1) await outbox.step();
    const states = await Promise.all(ids.map((id) => bench.statuses(id)));
    expect(states.flat().filter((status) => status === 'submitting')).toEqual([]);
    await drain(outbox);
    expect(new Set(modem.submitted.map(({ pdu }) => pdu)).size).toBe(5);
    expect(modem.submitted).toHaveLength(6);
    for (const id of ids) expect(await bench.statuses(id)).toEqual(['sent', 'sent']);
  });

  test('its end leaves nothing claimed behind', async () => {
    const { bench, ids, modem, timers } = await busy(5);
    const outbox = await bench.outbox(modem, { timers });
    await outbox.step();
    await outbox.step();
    await outbox.close();
    const states = (await Promise.all(ids.map((id) => bench.message(id)))).map(({ status }) => status);
    expect(states.sort()).toEqual(['queued', 'queued', 'queued', 'sent', 'sent']);
    expect(await opened.database.orm.$count(messages, eq(messages.organizationId, bench.organizationId))).toBe(5);
  });
});
