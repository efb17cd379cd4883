import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNotification } from '../../../src/db/notify.ts';
import { createResource } from '../../../src/db/resource.ts';
import { auditEvents, concatReferences, didNumbers, organizations } from '../../../src/db/schema/index.ts';
import { getMessage, listMessages, policyResource, sendMessage } from '../../../src/messaging/index.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addModem, Bench, PEER, submitOf } from './fixtures.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened?.close());

describe('sendMessage', () => {
  test('answers what the contract says and stores one PDU a slice', async () => {
    const bench = await Bench.open(opened.database);
    const body = 'x'.repeat(300);
    const answer = await sendMessage(bench.context, { to: PEER, body });
    expect(answer).toEqual({ id: expect.any(String), status: 'queued', encoding: 'gsm7', partCount: 2 });
    const parts = await bench.parts(answer.id);
    expect(parts.map((part) => [part.sequence, part.total, part.status, part.attempts])).toEqual([
      [1, 2, 'queued', 0],
      [2, 2, 'queued', 0],
    ]);
    expect(parts.every((part) => part.pdu.startsWith('00') && part.tpduLength === part.pdu.length / 2 - 1)).toBe(true);
    const pdus = parts.map((part) => submitOf(part.pdu));
    expect(pdus.map((pdu) => pdu.userData.text).join('')).toBe(body);
    expect(pdus.every((pdu) => pdu.statusReportRequest && pdu.destination.number === PEER)).toBe(true);
  });

  test('GET shows what the contract promises', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: 'Привет', modem: 'm1' });
    expect(await getMessage(bench.context, id)).toMatchObject({
      id,
      direction: 'outbound',
      peer: PEER,
      body: 'Привет',
      status: 'queued',
      encoding: 'ucs2',
      partCount: 1,
      modem: 'm1',
      createdAt: bench.clock.now().toISOString(),
      parts: [{ sequence: 1, reference: null, status: 'queued', submittedAt: null, deliveredAt: null, error: null }],
    });
  });

  test('long texts to one recipient carry different references, and references come round', async () => {
    const bench = await Bench.open(opened.database);
    const reference = async () => {
      const [part] = await bench.parts(await bench.send({ body: 'y'.repeat(200) }));
      return submitOf(part?.pdu ?? '').userData.header.concat?.reference;
    };
    expect([await reference(), await reference()]).toEqual([1, 2]);
    await opened.database.orm
      .update(concatReferences)
      .set({ last: 255 })
      .where(eq(concatReferences.organizationId, bench.organizationId));
    expect([await reference(), await reference()]).toEqual([0, 1]);
  });

  test('references of 16 bits roll on too, where the message or the policy asks for them', async () => {
    const bench = await Bench.open(opened.database);
    const concat = async (more: Parameters<Bench['send']>[0] = {}) => {
      const [part] = await bench.parts(await bench.send({ body: 'y'.repeat(306), ...more }));
      return submitOf(part?.pdu ?? '').userData.header.concat;
    };
    await concat();
    await opened.database.orm
      .update(concatReferences)
      .set({ last: 0xfffe })
      .where(eq(concatReferences.organizationId, bench.organizationId));
    // A header of one octet more: what just fits into two parts needs three.
    expect(await concat({ referenceBits: 16 })).toEqual({ reference: 0xffff, total: 3, sequence: 1, width: 16 });
    expect(await concat({ referenceBits: 16 })).toMatchObject({ reference: 0, width: 16 });
    expect(await concat()).toEqual({ reference: 1, total: 2, sequence: 1, width: 8 });
    await createResource(bench.context, policyResource, { name: 'house', referenceBits: 16 });
    expect(await concat()).toMatchObject({ reference: 2, width: 16 });
    expect(await concat({ referenceBits: 8 })).toMatchObject({ reference: 3, width: 8 });
  });

  test('many at once never share a reference', async () => {
    const bench = await Bench.open(opened.database);
    const ids = await Promise.all(Array.from({ length: 20 }, () => bench.send({ body: 'z'.repeat(200) })));
    const references = await Promise.all(
      ids.map(async (id) => submitOf((await bench.parts(id))[0]?.pdu ?? '').userData.header.concat?.reference),
    );
    expect(new Set(references).size).toBe(20);
  });

  test('flash, validity, no report and a schedule reach the PDU and the queue', async () => {
    const bench = await Bench.open(opened.database);
    const scheduleAt = new Date(bench.clock.now().getTime() + 3_600_000).toISOString();
    const id = await bench.send({ flash: true, validitySeconds: 3600, statusReport: false, scheduleAt });
    const [part] = await bench.parts(id);
    const pdu = submitOf(part?.pdu ?? '');
    expect(pdu.coding.messageClass).toBe(0);
    expect(pdu.validity).toMatchObject({ format: 'relative', minutes: 60 });
    expect(pdu.statusReportRequest).toBe(false);
    expect(part?.dueAt.toISOString()).toBe(scheduleAt);
    expect(part?.expiresAt?.getTime()).toBe((part?.dueAt.getTime() ?? 0) + 3_600_000);
  });

  test('national spellings are read in the region of the main number, else of the time zone', async () => {
    const bench = await Bench.open(opened.database);
    expect((await bench.message(await bench.send({ to: '(212) 555-0123' }))).peer).toBe(PEER);
    await opened.database.orm
      .insert(didNumbers)
      .values({ organizationId: bench.organizationId, number: '+358401111111', routeTo: 'hangup' });
    expect((await bench.message(await bench.send({ to: '0401234567' }))).peer).toBe('+358401234567');
    expect((await bench.message(await bench.send({ to: '16400' }))).peer).toBe('16400');
  });

  test.each([
    [{ to: 'Acme', body: 'x' }, 'message.recipient_invalid'],
    [{ to: PEER, body: '' }, 'validation.failed'],
    [{ to: PEER }, 'validation.failed'],
    [{ to: PEER, body: 'a\u0000b' }, 'validation.failed'],
    [{ to: PEER, body: 'x', modem: 'm9' }, 'message.modem_missing'],
    [{ to: PEER, body: 'x', modem: 'off' }, 'message.modem_inactive'],
    [{ to: PEER, body: 'x', validitySeconds: -1 }, 'validation.failed'],
    [{ to: PEER, body: 'x', scheduleAt: 'tomorrow' }, 'validation.failed'],
    [{ to: PEER, body: 'x', sender: 'Acme' }, 'validation.failed'],
    [{ to: PEER, body: 'x'.repeat(50_000) }, 'message.too_long'],
  ])('%j is refused and leaves nothing', async (input, code) => {
    const bench = await Bench.open(opened.database);
    await addModem(bench.context, 'off', 'inactive');
    await expect(sendMessage(bench.context, input as never)).rejects.toMatchObject({ code });
    expect((await listMessages(bench.context)).items).toEqual([]);
  });

  test('half a surrogate pair becomes the replacement character, in the text and on the air', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: 'a\ud83d!' });
    expect((await bench.message(id)).body).toBe('a\ufffd!');
    expect(submitOf((await bench.parts(id))[0]?.pdu ?? '').userData.text).toBe('a\ufffd!');
  });

  test('the audit knows that, to whom and how long, but not what', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ body: 'the secret text' });
    const rows = await opened.database.orm.select().from(auditEvents).where(eq(auditEvents.entityId, id));
    expect(rows).toMatchObject([{ action: 'sms.message.create', organizationId: bench.organizationId }]);
    expect(JSON.stringify(rows)).toContain(PEER);
    expect(JSON.stringify(rows)).not.toContain('secret');
  });

  test('the outbox and the screens are told', async () => {
    const bench = await Bench.open(opened.database);
    const topics: string[] = [];
    let both = () => {};
    const heard = new Promise<void>((resolve) => {
      both = resolve;
    });
    const stop = await opened.database.listen(
      (payload) => {
        const notification = parseNotification(payload);
        if (notification?.organizationId !== bench.organizationId) return;
        topics.push(notification.topic);
        if (topics.length === 2) both();
      },
      () => {},
    );
    await bench.send();
    await heard;
    await stop();
    expect(topics.sort()).toEqual(['message', 'outbox']);
  });

  test('without the permission nothing is sent', async () => {
    const context = await newOrganization(opened.database, { can: (permission) => permission !== 'sms.message.write' });
    await expect(sendMessage(context, { to: PEER, body: 'x' })).rejects.toMatchObject({ code: 'access.forbidden' });
  });
});

describe('reading', () => {
  test('a list is newest first, filtered, and paged without gaps or repeats', async () => {
    const bench = await Bench.open(opened.database);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.unshift(
        await bench.send({ to: index === 2 ? '+12125550999' : PEER, ...(index === 3 ? { modem: 'm1' } : {}) }),
      );
      bench.clock.advance(1_000);
    }
    const page = async (cursor?: string) =>
      listMessages(bench.context, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    const first = await page();
    const second = await page(first.nextCursor ?? '');
    const third = await page(second.nextCursor ?? '');
    expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(ids);
    expect(third.nextCursor).toBeNull();

    const idsOf = async (filter: Record<string, string>) =>
      (await listMessages(bench.context, { filter })).items.map(({ id }) => id);
    expect(await idsOf({ peer: '2125550999' })).toEqual([ids[2]]);
    expect(await idsOf({ modem: 'm1' })).toEqual([ids[1]]);
    expect(await idsOf({ direction: 'inbound' })).toEqual([]);
    expect(await idsOf({ status: 'queued', direction: 'outbound' })).toEqual(ids);
  });

  test('a list can begin and end at an instant or with a day of the organization', async () => {
    const bench = await Bench.open(opened.database);
    const ids: string[] = [];
    for (let index = 0; index < 4; index += 1) {
      ids.unshift(await bench.send({ to: PEER }));
      bench.clock.advance(24 * 3_600_000);
    }
    const { items } = await listMessages(bench.context);
    const [, later = '', earlier = ''] = items.map(({ createdAt }) => createdAt);
    const idsOf = async (filter: Record<string, string>) =>
      (await listMessages(bench.context, { filter })).items.map(({ id }) => id);
    expect(await idsOf({ since: earlier })).toEqual(ids.slice(0, 3));
    expect(await idsOf({ until: later, peer: PEER })).toEqual(ids.slice(2));
    expect(await idsOf({ since: earlier, until: later })).toEqual([ids[2]]);
    const [day = ''] = earlier.split('T');
    const { db, organizationId } = bench.context;
    await db.update(organizations).set({ timezone: 'UTC' }).where(eq(organizations.id, organizationId));
    expect(await idsOf({ since: day, until: day })).toEqual([ids[2]]);
  });

  test.each([
    [{ filter: { status: 'lost' } }],
    [{ filter: { body: 'x' } }],
    [{ filter: { since: 'yesterday' } }],
    [{ sort: 'peer' }],
    [{ limit: 0 }],
    [{ cursor: 'nonsense' }],
  ])('the query %j is refused', async (query) => {
    const bench = await Bench.open(opened.database);
    await expect(listMessages(bench.context, query)).rejects.toMatchObject({ code: 'validation.failed' });
  });

  test('no message is reachable from another organization', async () => {
    const [mine, other] = [await Bench.open(opened.database), await Bench.open(opened.database)];
    const id = await mine.send();
    await expect(getMessage(other.context, id)).rejects.toMatchObject({ code: 'message.missing' });
    await expect(getMessage(other.context, 'no-uuid')).rejects.toMatchObject({ code: 'message.missing' });
    expect((await listMessages(other.context)).items).toEqual([]);
    await expect(other.send({ modem: 'm2' })).rejects.toMatchObject({ code: 'message.modem_missing' });
  });
});
