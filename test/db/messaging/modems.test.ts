import { and, eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/open.ts';
import { createResource, deleteResource, patchResource, readForms } from '../../../src/db/resource.ts';
import { modems, simCards } from '../../../src/db/schema/index.ts';
import {
  createMessaging,
  listMessages,
  listModemStates,
  type Messaging,
  type ModemConfig,
  modemResource,
  modemStateSchema,
} from '../../../src/messaging/index.ts';
import { acquireModemLease, releaseModemLease, renewModemLease } from '../../../src/messaging/modems/lease.ts';
import { storeSnapshot } from '../../../src/messaging/modems/store-snapshot.ts';
import type { InboundHandlers } from '../../../src/messaging/ports.ts';
import { encodeDeliver } from '../../../src/modem/pdu/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addModem, Bench, ManualTimers, PEER, ScriptedModem, START, silentLog } from './fixtures.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened?.close());

/** What one process opened: modems by name, and a way to wait for the next. */
class Workshop {
  readonly timers = new ManualTimers();
  readonly opened: {
    readonly config: ModemConfig;
    readonly handlers: InboundHandlers;
    readonly port: ScriptedModem;
  }[] = [];
  readonly messaging: Messaging;
  #watchers: (() => void)[] = [];

  constructor(bench: Bench, database: Database = opened.database) {
    this.messaging = createMessaging({
      database,
      secrets: bench.context.secrets,
      clock: bench.clock,
      timers: this.timers,
      log: silentLog,
      openModem: (config, handlers) => {
        const port = new ScriptedModem(1, config.name);
        port.onChange(() => this.#tell());
        const submit = port.submit.bind(port);
        port.submit = (request) => {
          const outcome = submit(request);
          this.#tell();
          return outcome;
        };
        // Other tests of this file leave modems behind; only this bench's matter.
        if (config.organizationId === bench.organizationId) this.opened.push({ config, handlers, port });
        this.#tell();
        return port;
      },
    });
  }

  #tell(): void {
    for (const watcher of this.#watchers.splice(0)) watcher();
  }

  /** Resolves when `condition` holds; looked at whenever a modem is opened, changes or is given a slice. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  last() {
    const found = this.opened.at(-1);
    if (found === undefined) throw new Error('no modem was opened');
    return found;
  }
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await opened.database.orm.update(modems).set({ status: 'inactive' });
});

async function open(bench: Bench, database?: Database): Promise<Workshop> {
  const workshop = new Workshop(bench, database);
  closers.push(() => workshop.messaging.close());
  await workshop.messaging.start();
  return workshop;
}

/** As several processes on one server see it, also where the test's engine is the embedded one. */
const shared = (): Database => ({ ...opened.database, engine: 'postgres' });

describe('the lease of a modem', () => {
  test('is one owner’s until it runs out or is given back', async () => {
    const { modemId, database } = await Bench.open(opened.database);
    const { orm } = database;
    expect(await acquireModemLease(orm, modemId, 'a', 60_000)).toBe(true);
    expect(await acquireModemLease(orm, modemId, 'b', 60_000)).toBe(false);
    expect(await acquireModemLease(orm, modemId, 'a', 60_000)).toBe(true);
    expect(await renewModemLease(orm, modemId, 'b', 60_000)).toBe(false);
    await releaseModemLease(orm, modemId, 'b');
    expect(await acquireModemLease(orm, modemId, 'b', 60_000)).toBe(false);
    await releaseModemLease(orm, modemId, 'a');
    expect(await acquireModemLease(orm, modemId, 'b', -1)).toBe(true);
    expect(await acquireModemLease(orm, modemId, 'c', 60_000)).toBe(true);
    expect(await renewModemLease(orm, modemId, 'b', 60_000)).toBe(false);
  });

  test('asked for by many at once is given to one', async () => {
    const { modemId, database } = await Bench.open(opened.database);
    const asked = Array.from({ length: 10 }, (_, index) =>
      acquireModemLease(database.orm, modemId, `p${index}`, 60_000),
    );
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
  });

  test('is no change of the configuration', async () => {
    const { modemId, database, context } = await Bench.open(opened.database);
    const read = async () => (await listModemStates(context)).items[0]?.updatedAt;
    const before = await read();
    await acquireModemLease(database.orm, modemId, 'a', 60_000);
    await storeSnapshot(
      database.orm,
      { organizationId: context.organizationId, id: modemId },
      new ScriptedModem().snapshot(),
      START,
    );
    expect(await read()).toBe(before);
  });
});

describe('messaging', () => {
  test('starts the active modems and sends what is queued and what comes', async () => {
    const bench = await Bench.open(opened.database);
    await addModem(bench.context, 'off', 'inactive');
    const first = await bench.send({ body: 'first' });
    const workshop = await open(bench);
    await workshop.until(() => workshop.opened[0]?.port.submitted.length === 1);
    const second = await bench.send({ body: 'second' });
    await workshop.until(() => workshop.last().port.submitted.length === 2);
    await workshop.messaging.close();
    expect(workshop.opened).toHaveLength(1);
    expect(workshop.last().port.texts()).toEqual(['first', 'second']);
    for (const id of [first, second]) expect((await bench.message(id)).status).toBe('sent');
  });

  test('takes what a modem received, and reports', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send();
    const workshop = await open(bench);
    await workshop.until(() => workshop.opened[0]?.port.submitted.length === 1);
    const { handlers } = workshop.last();
    const pdu = encodeDeliver({ from: PEER, timestamp: START.toISOString(), text: 'Hi' });
    await handlers.onStored({ memory: 'SM', index: 3, stat: 0, pdu });
    await handlers.onStored({ memory: 'SM', index: 3, stat: 1, pdu });
    await handlers.onRouted(bench.report(1));
    await workshop.messaging.close();
    expect((await bench.message(id)).status).toBe('delivered');
    const { items } = await listMessages(bench.context, { filter: { direction: 'inbound' } });
    expect(items.map(({ body }) => body)).toEqual(['Hi']);
  });

  test('a database error reaches the modem, so that the message stays there', async () => {
    const bench = await Bench.open(opened.database);
    const state = { isDown: false };
    const orm = new Proxy(opened.database.orm, {
      get: (target, name, receiver) =>
        (name === 'transaction' || name === 'execute') && state.isDown
          ? () => Promise.reject(new Error('connection refused'))
          : Reflect.get(target, name, receiver),
    });
    const workshop = await open(bench, { ...opened.database, orm });
    await workshop.until(() => workshop.opened.length === 1);
    state.isDown = true;
    const stored = {
      memory: 'SM',
      index: 1,
      pdu: encodeDeliver({ from: PEER, timestamp: START.toISOString(), text: 'x' }),
    };
    await expect(workshop.last().handlers.onStored(stored)).rejects.toThrow('connection refused');
    state.isDown = false;
    await workshop.last().handlers.onStored(stored);
  });

  test('follows the configuration: added, changed, switched off, deleted', async () => {
    const bench = await Bench.open(opened.database);
    const workshop = await open(bench);
    await workshop.until(() => workshop.opened.length === 1);
    await createResource(bench.context, modemResource, { name: 'm2', path: 'tcp://10.0.0.5:7000', pin: '0042' });
    await workshop.until(() => workshop.opened.length === 2);
    const added = workshop.last();
    expect(added.config).toMatchObject({ name: 'm2', path: 'tcp://10.0.0.5:7000', baudRate: 115_200, pin: '0042' });

    await patchResource(bench.context, modemResource, 'm2', { path: '/dev/ttyUSB7' });
    await workshop.until(() => workshop.opened.length === 3);
    expect(added.port.isClosed).toBe(true);
    const changed = workshop.last();
    expect(changed.config).toMatchObject({ path: '/dev/ttyUSB7', pin: '0042' });

    await patchResource(bench.context, modemResource, 'm2', { status: 'inactive' });
    await workshop.until(() => changed.port.isClosed);
    await deleteResource(bench.context, modemResource, 'm1');
    await workshop.until(() => workshop.opened[0]?.port.isClosed === true);
    await workshop.messaging.close();
    expect(workshop.opened).toHaveLength(3);
  });

  test('two processes never run one modem; the second takes over when the first ends', async () => {
    const bench = await Bench.open(opened.database);
    const first = await open(bench, shared());
    await first.until(() => first.opened.length === 1);
    const second = await open(bench, shared());
    const id = await bench.send();
    await first.until(() => first.last().port.submitted.length === 1);
    expect(second.opened).toEqual([]);
    await first.messaging.close();
    second.timers.advance(3_000);
    await second.until(() => second.opened.length === 1);
    await second.messaging.close();
    expect((await bench.message(id)).status).toBe('sent');
  });

  test('a process whose lease was taken closes its modem', async () => {
    const bench = await Bench.open(opened.database);
    const workshop = await open(bench, shared());
    await workshop.until(() => workshop.opened.length === 1);
    await acquireModemLease(opened.database.orm, bench.modemId, 'another', 60_000, true);
    workshop.timers.advance(3_000);
    await workshop.until(() => workshop.last().port.isClosed);
    await workshop.messaging.close();
    expect(workshop.opened).toHaveLength(1);
  });

  test('its end gives the lease back and closes the modem', async () => {
    const bench = await Bench.open(opened.database);
    const workshop = await open(bench, shared());
    await workshop.until(() => workshop.opened.length === 1);
    await workshop.messaging.close();
    expect(workshop.last().port.isClosed).toBe(true);
    expect(await acquireModemLease(opened.database.orm, bench.modemId, 'next', 60_000)).toBe(true);
  });
});

describe('the state of the modems', () => {
  test('is what they last said, as long as somebody runs them', async () => {
    const bench = await Bench.open(opened.database);
    const port = new ScriptedModem();
    port.change({
      operator: 'Elisa',
      registration: 'home',
      signalDbm: -71,
      imsi: '244050000000001',
      lastError: {
        reason: 'cms',
        code: 331,
        text: 'no network service',
        advice: 'Check the antenna.',
        class: 'temporary',
      },
    });
    await bench.send();
    await bench.send({ modem: 'm1', body: 'x'.repeat(200) });
    const modem = { organizationId: bench.organizationId, id: bench.modemId };
    await storeSnapshot(opened.database.orm, modem, port.snapshot(), bench.clock.now());
    expect((await listModemStates(bench.context)).items).toMatchObject([{ state: 'stopped', signal: null, queue: 3 }]);

    await acquireModemLease(opened.database.orm, bench.modemId, 'a', 60_000);
    const { items, nextCursor } = await listModemStates(bench.context);
    expect(nextCursor).toBeNull();
    expect(items).toMatchObject([
      {
        name: 'm1',
        path: 'sim:',
        state: 'ready',
        since: START.toISOString(),
        signal: -71,
        operator: 'Elisa',
        registration: 'home',
        queue: 3,
        lastError: 'No network service (error 331). Check the antenna.',
      },
    ]);
    for (const item of items) modemStateSchema.parse(item);
  });

  test('remembers which SIM was seen where', async () => {
    const bench = await Bench.open(opened.database);
    const modem = { organizationId: bench.organizationId, id: bench.modemId };
    const port = new ScriptedModem();
    port.change({ imsi: '244050000000001', iccid: '8935805000000000001', operator: 'Elisa' });
    await storeSnapshot(opened.database.orm, modem, port.snapshot(), START);
    const later = new Date(START.getTime() + 60_000);
    const other = await addModem(bench.context, 'm2');
    await storeSnapshot(opened.database.orm, { ...modem, id: other }, port.snapshot(), later);
    expect(
      await opened.database.orm
        .select()
        .from(simCards)
        .where(and(eq(simCards.organizationId, bench.organizationId))),
    ).toMatchObject([{ modemId: other, firstSeenAt: START, lastSeenAt: later, iccid: '8935805000000000001' }]);
  });

  test('is one’s own organization’s, and needs the permission', async () => {
    const [mine, other] = [await Bench.open(opened.database), await Bench.open(opened.database)];
    await addModem(other.context, 'theirs');
    expect((await listModemStates(mine.context)).items.map(({ name }) => name)).toEqual(['m1']);
  });
});

describe('a configured modem', () => {
  test('keeps its PIN secret in answers and gives it to the export', async () => {
    const bench = await Bench.open(opened.database);
    const dto = await createResource(bench.context, modemResource, { name: 'm2', path: 'sim:', pin: '0000' });
    expect(dto).not.toHaveProperty('pin');
    expect(await readForms(bench.context, modemResource)).toMatchObject([{ name: 'm1' }, { name: 'm2', pin: '0000' }]);
  });

  test('with unsent parts is not deleted; with a history only, it is, and the history stays', async () => {
    const bench = await Bench.open(opened.database);
    const id = await bench.send({ modem: 'm1' });
    await expect(deleteResource(bench.context, modemResource, 'm1')).rejects.toMatchObject({ code: 'modem.in_use' });
    const workshop = await open(bench);
    await workshop.until(() => workshop.opened[0]?.port.submitted.length === 1);
    await workshop.messaging.close();
    await deleteResource(bench.context, modemResource, 'm1');
    expect(await bench.message(id)).toMatchObject({ status: 'sent', modem: null, parts: [{ reference: 1 }] });
  });
});
