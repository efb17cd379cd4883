import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { Context } from '../../../src/db/context.ts';
import { parseNotification } from '../../../src/db/notify.ts';
import type { Database } from '../../../src/db/open.ts';
import {
  createMessaging,
  getMessage,
  listMessages,
  listModemStates,
  type MessageView,
  sendMessage,
} from '../../../src/messaging/index.ts';
import { createSupervisor, type Timers } from '../../../src/modem/index.ts';
import { createSimulator, type ModemSimulator } from '../../../src/modem/simulator/index.ts';
import { createTransportPair } from '../../../src/modem/transport/pair.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addModem, PEER, silentLog } from './fixtures.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened?.close());
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const SPEED = 10;
/** Real time, ten times as fast: reconnecting takes its pauses. */
const fastTimers: Timers = {
  nowMs: () => performance.now() * SPEED,
  after(delayMs, callback) {
    const handle = setTimeout(callback, delayMs / SPEED);
    return () => clearTimeout(handle);
  },
};

const THREE_PARTS = `${'1'.repeat(153)}${'2'.repeat(153)}3`;

/** An organization with one simulated modem, driven by the real supervisor. */
class Room {
  readonly simulator: ModemSimulator = createSimulator({
    number: '+15550001111',
    imei: '490154203237518',
    imsi: '001010123456789',
    timers: fastTimers,
  });
  readonly database: Database;
  readonly context: Context;
  #listeners: (() => void)[] = [];

  private constructor(database: Database, context: Context) {
    this.database = database;
    this.context = context;
  }

  static async open(): Promise<Room> {
    const { database } = opened;
    const context = await newOrganization(database);
    await addModem(context, 'm1');
    const room = new Room(database, context);
    const unlisten = await database.listen(
      (payload) => {
        if (parseNotification(payload)?.organizationId !== context.organizationId) return;
        for (const listener of room.#listeners.splice(0)) listener();
      },
      () => {},
    );
    closers.push(unlisten);
    await room.start();
    return room;
  }

  async start(): Promise<void> {
    const messaging = createMessaging({
      database: this.database,
      secrets: this.context.secrets,
      clock: systemClock,
      timers: fastTimers,
      log: silentLog,
      openModem: ({ name, path, organizationId }, handlers) =>
        createSupervisor({
          name,
          path,
          handlers,
          timers: fastTimers,
          pinMemory: { isKnownBad: async () => false, markBad: async () => {} },
          open: async () => {
            const [host, modem] = createTransportPair();
            if (organizationId === this.context.organizationId) this.simulator.attach(modem);
            return host;
          },
        }),
    });
    closers.push(() => messaging.close());
    await messaging.start();
  }

  /** Looks again at each notification of a change until `condition` holds. */
  async until(read: () => Promise<boolean>): Promise<void> {
    for (;;) {
      const changed = new Promise<void>((resolve) => this.#listeners.push(resolve));
      if (await read()) return;
      await changed;
    }
  }

  async message(id: string, status: MessageView['status']): Promise<MessageView> {
    await this.until(async () => (await getMessage(this.context, id)).status === status);
    return getMessage(this.context, id);
  }

  async inbound(): Promise<string[]> {
    const { items } = await listMessages(this.context, { filter: { direction: 'inbound' } });
    return items.map(({ body }) => body);
  }
}

describe('through a simulated modem', () => {
  test('a long text is sent slice by slice and delivered', async () => {
    const room = await Room.open();
    const { id } = await sendMessage(room.context, { to: PEER, body: THREE_PARTS });
    const message = await room.message(id, 'delivered');
    expect(message.parts.map(({ reference }) => reference)).toEqual(
      room.simulator.submitted.map(({ reference }) => reference),
    );
    expect(room.simulator.submitted.map(({ decoded }) => decoded.userData.text).join('')).toBe(THREE_PARTS);
    expect((await listModemStates(room.context)).items).toMatchObject([{ name: 'm1', queue: 0 }]);
  });

  test('a slice whose answer was lost with the cable is not sent again: its report settles it and the rest goes', async () => {
    const room = await Room.open();
    room.simulator.inject({ command: /CMGS/, fault: { kind: 'unplug' } });
    const { id } = await sendMessage(room.context, { to: PEER, body: THREE_PARTS });
    const { parts } = await room.message(id, 'delivered');
    expect(room.simulator.submitted.map(({ decoded }) => decoded.userData.text?.[0])).toEqual(['1', '2', '3']);
    expect(parts.map(({ reference }) => reference)).toEqual(room.simulator.submitted.map(({ reference }) => reference));
  });

  test('a refused number fails with the network’s reason', async () => {
    const room = await Room.open();
    room.simulator.inject({ command: /CMGS/, fault: { kind: 'refuse', line: '+CMS ERROR: 1' } });
    const { id } = await sendMessage(room.context, { to: PEER, body: 'Hello' });
    const { parts } = await room.message(id, 'failed');
    expect(parts[0]?.error).toMatch(/error 1\)/);
    expect(room.simulator.submitted).toEqual([]);
  });

  test('slices received out of order are one text in the inbox and leave the SIM empty', async () => {
    const room = await Room.open();
    const slices = ['first ', 'second ', 'third'];
    for (const sequence of [3, 1, 2]) {
      const text = slices[sequence - 1] ?? '';
      room.simulator.receive({ from: PEER, text, concat: { reference: 9, total: 3, sequence } });
    }
    await room.until(async () => (await room.inbound()).length === 1);
    expect(await room.inbound()).toEqual(['first second third']);
    for (const close of closers.splice(0).reverse()) await close();
    expect(room.simulator.stored).toEqual([]);
  });
});
