import { and, eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { Context } from '../../../src/db/context.ts';
import { modems, simCards, ussdSessions } from '../../../src/db/schema/index.ts';
import { type Attendant, startAttendant } from '../../../src/messaging/attendance/attendant.ts';
import {
  cancelUssd,
  getTrace,
  getUssd,
  listModemEvents,
  listModemSamples,
  listUssd,
  replyUssd,
  requestTrace,
  requestUssd,
} from '../../../src/messaging/index.ts';
import type { ModemEvent, Trace, UssdOutcome, UssdRequest } from '../../../src/modem/index.ts';
import { systemTimers } from '../../../src/modem/index.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addModem, ScriptedModem, silentLog } from './fixtures.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened?.close());
const attendants: Attendant[] = [];
afterEach(async () => {
  for (const attendant of attendants.splice(0)) await attendant.close();
});

/** A modem that answers USSD as told, and can be made to say things. */
class TalkingModem extends ScriptedModem {
  readonly codes: string[] = [];
  readonly answers: UssdOutcome[] = [];
  readonly events = new Set<(event: ModemEvent) => void>();
  readonly traces = new Set<Trace>();
  async ussd({ text, isAnswer }: UssdRequest): Promise<UssdOutcome> {
    this.codes.push(isAnswer ? `> ${text}` : text);
    return this.answers.shift() ?? { kind: 'reply', text: 'done', open: false };
  }
  onEvent(listener: (event: ModemEvent) => void): () => void {
    this.events.add(listener);
    return () => this.events.delete(listener);
  }
  onTrace(trace: Trace): () => void {
    this.traces.add(trace);
    return () => this.traces.delete(trace);
  }
}

async function attended(balance?: object) {
  const { database } = opened;
  const context = await newOrganization(database);
  const modemId = await addModem(context, 'm1');
  if (balance !== undefined) await context.db.update(modems).set({ balance }).where(eq(modems.id, modemId));
  const port = new TalkingModem();
  const warnings: unknown[] = [];
  const log = { ...silentLog, warn: (facts: unknown) => warnings.push(facts) };
  const modem = { organizationId: context.organizationId, id: modemId, name: 'm1' };
  const attend = () => {
    const attendant = startAttendant({ database, modem, port, clock: systemClock, timers: systemTimers, log });
    attendants.push(attendant);
    return attendant;
  };
  return { context, modemId, port, attend, warnings };
}

/** Asks until it is so; the test's own time limit ends it. */
async function eventually<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The dialogue, when it has come so far. */
const untilUssd = (context: Context, id: string, wanted: string) =>
  eventually(
    () => getUssd(context, id),
    ({ status }) => status === wanted,
  );

/** A modem whose menu waits for our answer. */
async function waitingMenu() {
  const { context, port, attend } = await attended();
  const attendant = attend();
  port.answers.push({ kind: 'reply', text: '1 Credit 2 Data', open: true });
  const { id } = await requestUssd(context, 'm1', { code: '*101#' });
  attendant.wake();
  await untilUssd(context, id, 'waiting');
  return { context, port, attendant, id };
}

const events = (context: Context) => listModemEvents(context, 'm1', { limit: 100 });

describe('USSD', () => {
  test('a code is queued, sent by the process that runs the modem, and the answer kept', async () => {
    const { context, port, attend } = await attended();
    const attendant = attend();
    const { id, status } = await requestUssd(context, 'm1', { code: '*100#' });
    expect(status).toBe('queued');
    port.answers.push({ kind: 'reply', text: 'Balance 3.20', open: false });
    attendant.wake();
    const done = await untilUssd(context, id, 'done');
    expect(done.exchange.map(({ from, text }) => [from, text])).toEqual([
      ['us', '*100#'],
      ['network', 'Balance 3.20'],
    ]);
    expect((await listUssd(context, 'm1')).items).toHaveLength(1);
  });

  test('a menu waits for the answer, which goes the same way', async () => {
    const { context, port, attendant, id } = await waitingMenu();
    await replyUssd(context, id, { text: '2' });
    attendant.wake();
    const done = await untilUssd(context, id, 'done');
    expect(port.codes).toEqual(['*101#', '> 2']);
    expect(done.exchange).toHaveLength(4);
    await expect(replyUssd(context, id, { text: '1' })).rejects.toMatchObject({ code: 'ussd.not_waiting' });
  });

  test('a menu that the network, or the end of the modem, closes waits no longer', async () => {
    for (const event of [
      { kind: 'ussd-ended', detail: 'the network ended the dialogue' },
      { kind: 'lost', detail: 'the port closed', data: { state: 'resting' } },
    ] as const) {
      const { context, port, id } = await waitingMenu();
      for (const listener of port.events) listener(event);
      const over = await untilUssd(context, id, 'failed');
      expect(over.error).toBe(event.detail);
    }
  });

  test('a refusal is told in words, and a dialogue that a dead process left is over', async () => {
    const { context, modemId, port, attend } = await attended();
    const { id } = await requestUssd(context, 'm1', { code: '*100#' });
    await context.db.update(ussdSessions).set({ status: 'running' }).where(eq(ussdSessions.id, id));
    const attendant = attend();
    await untilUssd(context, id, 'failed');
    const error = { reason: 'cme', text: 'no network', advice: 'Wait.', class: 'temporary' } as const;
    port.answers.push({ kind: 'failed', error });
    const second = await requestUssd(context, modemId, { code: '*1#' });
    attendant.wake();
    const failed = await untilUssd(context, second.id, 'failed');
    expect(failed.error).toBe('no network. Wait.');
  });

  test('one that waits for its modem can be cancelled, and then is not sent', async () => {
    const { context, port, attend } = await attended();
    port.change({ state: 'registering' });
    const attendant = attend();
    const { id } = await requestUssd(context, 'm1', { code: '*100#' });
    attendant.wake();
    expect((await cancelUssd(context, id)).status).toBe('cancelled');
    port.change({ state: 'ready' });
    const { id: next } = await requestUssd(context, 'm1', { code: '*2#' });
    attendant.wake();
    await untilUssd(context, next, 'done');
    expect(port.codes).toEqual(['*2#']);
  });

  test('nobody reaches the modem or the dialogue of another organization', async () => {
    const { context } = await attended();
    const stranger = await newOrganization(opened.database);
    await expect(requestUssd(stranger, 'm1', { code: '*1#' })).rejects.toMatchObject({ code: 'modem.missing' });
    const { id } = await requestUssd(context, 'm1', { code: '*1#' });
    await expect(getUssd(stranger, id)).rejects.toMatchObject({ code: 'ussd.missing' });
    await expect(cancelUssd(stranger, id)).rejects.toMatchObject({ code: 'ussd.missing' });
    await expect(getUssd(stranger, 'no-uuid')).rejects.toMatchObject({ code: 'ussd.missing' });
  });
});

describe('the balance', () => {
  const RULE = { code: '*100#', pattern: '([0-9.]+)', below: 5, everyHours: 24 };

  /** One round of an attendant, to its end: what it wants to ask is in the queue then, or was asked. */
  async function round(context: Context, attend: () => Attendant) {
    const samples = async () => (await listModemSamples(context, 'm1', { hours: 1 })).items.length;
    const before = await samples();
    const attendant = attend();
    await eventually(samples, (count) => count > before);
    await attendant.close();
  }
  const IMSI = '001010123456789';

  test('is asked once a period, kept with its SIM, and told when it is low', async () => {
    const { context, modemId, port, attend } = await attended(RULE);
    const { organizationId } = context;
    port.change({ imsi: IMSI });
    const seen = { firstSeenAt: new Date(), lastSeenAt: new Date() };
    await context.db.insert(simCards).values({ organizationId, imsi: IMSI, modemId, ...seen });
    port.answers.push({ kind: 'reply', text: 'You have 4.20 left', open: false });
    attend();
    const { items } = await eventually(
      () => events(context),
      (page) => page.items.length > 0,
    );
    expect(items[0]).toMatchObject({ kind: 'balance-low', data: { balance: 4.2 } });
    const ofSim = and(eq(simCards.organizationId, organizationId), eq(simCards.imsi, IMSI));
    expect(await context.db.select({ balance: simCards.balance }).from(simCards).where(ofSim)).toEqual([
      { balance: 4.2 },
    ]);
    await round(context, attend);
    expect((await listUssd(context, 'm1')).items).toHaveLength(1);
    expect(port.codes).toEqual(['*100#']);
  });

  test('a reply in which it is not found is an event too', async () => {
    const { context, port, attend } = await attended(RULE);
    port.answers.push({ kind: 'reply', text: 'Service not available', open: false });
    attend();
    const { items } = await eventually(
      () => events(context),
      (page) => page.items.length > 0,
    );
    expect(items[0]?.kind).toBe('balance-unread');
  });

  test('that cannot be asked is an event, and is asked again after an hour, not before', async () => {
    const { context, port, attend } = await attended(RULE);
    const error = { reason: 'cme', text: 'no network', advice: 'Wait.', class: 'temporary' } as const;
    port.answers.push({ kind: 'failed', error });
    attend();
    const { items } = await eventually(
      () => events(context),
      (page) => page.items.length > 0,
    );
    expect(items[0]).toMatchObject({ kind: 'balance-unread', detail: expect.stringContaining('no network. Wait.') });
    await round(context, attend);
    expect((await listUssd(context, 'm1')).items).toHaveLength(1);
    const createdAt = new Date(Date.now() - 2 * 3_600_000);
    await context.db.update(ussdSessions).set({ createdAt }).where(eq(ussdSessions.status, 'failed'));
    port.answers.push({ kind: 'reply', text: 'You have 9.20 left', open: false });
    attend();
    await eventually(
      async () => port.codes,
      (codes) => codes.length === 2,
    );
    expect(port.codes).toEqual(['*100#', '*100#']);
  });
});

describe('the story of a modem', () => {
  test('events are kept in order, and an outage is one line in the log', async () => {
    const { context, port, attend, warnings } = await attended();
    attend();
    const say = (event: ModemEvent) => {
      for (const listener of port.events) listener(event);
    };
    say({ kind: 'lost', detail: 'the port closed', data: { state: 'resting' } });
    await eventually(
      () => events(context),
      ({ items }) => items.length === 1,
    );
    say({ kind: 'ready', detail: 'ready: Simulated' });
    await eventually(
      () => events(context),
      ({ items }) => items.length === 2,
    );
    say({ kind: 'missed-call', detail: 'missed call from +15550007777', data: { number: '+15550007777', rings: 3 } });
    const { items } = await eventually(
      () => events(context),
      (page) => page.items.length === 3,
    );
    expect(items.map(({ kind }) => kind)).toEqual(['missed-call', 'ready', 'lost']);
    expect(warnings).toEqual([{ modem: 'm1', cause: 'the port closed' }]);
    const first = await listModemEvents(context, 'm1', { limit: 2 });
    const rest = await listModemEvents(context, 'm1', { limit: 2, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...rest.items]).toEqual(items);
  });

  test('a sample is kept of how it is', async () => {
    const { context, port, attend } = await attended();
    port.change({ signalDbm: -71, registration: 'home', operator: 'Acme', temperatureCelsius: 31.5, voltage: 3.9 });
    attend();
    const { items } = await eventually(
      () => listModemSamples(context, 'm1', { hours: 1 }),
      (page) => page.items.length > 0,
    );
    expect(items[0]).toMatchObject({ state: 'ready', signal: -71, operator: 'Acme', temperature: 31.5, voltage: 3.9 });
  });

  test('a recording shows both directions, as a transcript that can be replayed', async () => {
    const { context, port, attend } = await attended();
    const attendant = attend();
    const { id } = await requestTrace(context, 'm1', { seconds: 1 });
    attendant.wake();
    await eventually(
      async () => port.traces.size,
      (size) => size === 1,
    );
    for (const trace of port.traces) {
      trace('>', 'AT+CSQ\r');
      trace('<', '+CSQ: 20,0');
      trace('<', 'OK');
      trace('>', '0011AA\u001a');
    }
    const done = await eventually(
      () => getTrace(context, id),
      ({ status }) => status === 'done',
    );
    expect(done.transcript.replace(/^@ \d+\n/gm, '')).toBe('> AT+CSQ\n< +CSQ: 20,0\n< OK\n> 0011AA^Z\n');
    expect(port.traces.size).toBe(0);
  });
});
