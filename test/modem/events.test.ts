import { describe, expect, it } from 'vitest';
import type { ModemEvent } from '../../src/modem/events.ts';
import { decodeBroadcast } from '../../src/modem/pdu/broadcast.ts';
import { dataCodingFor, encodeDeliver, encodeSubmit } from '../../src/modem/pdu/index.ts';
import type { Transport } from '../../src/modem/transport/transport.ts';
import { createBench } from './support/bench.ts';

async function watched(...options: Parameters<typeof createBench>) {
  const bench = createBench(...options);
  const events: ModemEvent[] = [];
  bench.supervisor.onEvent((event) => events.push(event));
  await bench.timers.resolve(bench.supervisor.whenReady());
  return { ...bench, events, kinds: () => events.map(({ kind }) => kind) };
}

const [slice] = encodeSubmit({ to: '+15550002222', text: 'hello' }).slices;
if (slice === undefined) throw new Error('no slice');

describe('what happened to a modem', () => {
  it('an outage is one event and its end another, however many attempts lie between', async () => {
    let isThere = true;
    const plug: { again?: () => Transport } = {};
    const bench = createBench(
      {},
      {
        open: async () => {
          if (!isThere || plug.again === undefined) throw new Error('Error: No such file or directory');
          return plug.again();
        },
      },
    );
    plug.again = bench.openAgain;
    const { timers, supervisor, unplug } = bench;
    const events: ModemEvent[] = [];
    supervisor.onEvent((event) => events.push(event));
    const kinds = () => events.map(({ kind }) => kind);
    await timers.resolve(supervisor.whenReady());
    isThere = false;
    await unplug();
    await timers.advance(3_600_000);
    expect(kinds()).toEqual(['ready', 'lost']);
    expect(events[1]?.detail).toBe('the port closed');
    isThere = true;
    await timers.until(() => supervisor.snapshot().state === 'ready', 5_000);
    expect(kinds()).toEqual(['ready', 'lost', 'ready']);
    await timers.resolve(supervisor.close());
  });

  it('a power cycle is over within the boot time and five seconds', async () => {
    const { timers, supervisor, simulator } = await watched({ bootMs: 20_000 });
    simulator.restart();
    await timers.advance(1_000);
    const boot = timers.nowMs() + 19_000;
    await timers.until(() => supervisor.snapshot().state !== 'ready', 60_000);
    await timers.resolve(supervisor.whenReady());
    expect(timers.nowMs() - boot).toBeLessThan(5_000);
    await timers.resolve(supervisor.close());
  });

  it('a call is one missed call, and a message in the air is not disturbed by it', async () => {
    const { timers, supervisor, simulator, events } = await watched({ submitDelayMs: 6_000 });
    const sent = supervisor.submit(slice);
    simulator.ring('+15550007777', 3);
    expect(await timers.resolve(sent)).toMatchObject({ kind: 'sent' });
    await timers.until(() => events.some(({ kind }) => kind === 'missed-call'));
    expect(events.filter(({ kind }) => kind === 'missed-call')).toEqual([
      {
        kind: 'missed-call',
        detail: 'missed call from +15550007777',
        data: { number: '+15550007777', rings: 3 },
      },
    ]);
    await timers.resolve(supervisor.close());
  });

  it('a SIM800 is told to hang up, because a call blocks its messages', async () => {
    const { timers, supervisor, simulator, said } = await watched({ manufacturer: 'SIMCOM_Ltd', model: 'SIM800' });
    simulator.ring('+15550007777', 9);
    await timers.advance(30_000);
    expect(said.filter((line) => line === '> ATH')).toHaveLength(1);
    expect(said.filter((line) => line === '< RING')).toHaveLength(1);
    await timers.resolve(supervisor.close());
  });

  it('a broadcast and a USSD text nobody asked for are kept in words', async () => {
    const { timers, supervisor, simulator, events } = await watched();
    const page = `0010003200${'11'}${'C8329BFD06'.padEnd(164, '0')}`;
    simulator.say(`+CBM: ${page.length / 2}`, page, '+CUSD: 0,"Welcome abroad",15');
    await timers.settle();
    expect(decodeBroadcast(page)).toMatchObject({ topic: 50, page: 1, pages: 1 });
    expect(events.map(({ kind }) => kind)).toEqual(['ready', 'broadcast', 'ussd']);
    expect(events[1]?.detail.startsWith('Hello')).toBe(true);
    expect(events[2]?.detail).toBe('Welcome abroad');
    await timers.resolve(supervisor.close());
  });

  it('a network that does not come back is helped by switching the radio, then by a restart', async () => {
    const { timers, supervisor, simulator, events, said } = await watched();
    simulator.setRegistration(2);
    await timers.until(() => supervisor.snapshot().state === 'resetting', 700_000);
    await timers.until(() => said.includes('> AT+CFUN=4'), 60_000);
    await timers.until(() => events.filter(({ kind }) => kind === 'reset').length === 2, 900_000);
    expect(events.filter(({ kind }) => kind === 'reset').map(({ detail }) => detail)).toEqual(['radio', 'restart']);
    simulator.setRegistration(1);
    await timers.resolve(supervisor.whenReady());
    await timers.resolve(supervisor.close());
  });

  it('a modem that cannot be set up is reset, and its power is switched as the last resort', async () => {
    let cycles = 0;
    const bench = createBench(
      {},
      {
        cyclePower: async () => {
          cycles += 1;
        },
      },
    );
    const { timers, supervisor, simulator, said } = bench;
    simulator.inject({ command: /^AT\+CMGF=0/, fault: { kind: 'refuse', line: '+CMS ERROR: 303' }, times: 4 });
    await timers.resolve(supervisor.whenReady(), 600_000);
    expect(said).toContain('> ATZ');
    expect(said).toContain('> AT+CFUN=1,1');
    expect(cycles).toBe(1);
    await timers.resolve(supervisor.close());
  });

  it('a full memory is one event until there is room again', async () => {
    const { timers, supervisor, simulator, events } = await watched({ storageSize: 3 });
    for (let round = 0; round < 3; round += 1) simulator.say('^SMMEMFULL:"SM"');
    await timers.settle();
    expect(events.filter(({ kind }) => kind === 'storage-full')).toHaveLength(1);
    await timers.advance(60_000);
    simulator.say('^SMMEMFULL:"SM"');
    await timers.settle();
    expect(events.filter(({ kind }) => kind === 'storage-full')).toHaveLength(2);
    await timers.resolve(supervisor.close());
  });

  it('a card that is taken out and put back is noticed by itself', async () => {
    const { timers, supervisor, simulator } = await watched({ pin: '4711' }, { pin: '4711' });
    simulator.placeSim(false);
    simulator.restart();
    await timers.until(() => supervisor.snapshot().state === 'pin');
    expect(supervisor.snapshot().cause).toContain('SIM');
    simulator.placeSim(true);
    await timers.until(() => supervisor.snapshot().state === 'ready', 30_000);
    expect(simulator.pinTriesLeft).toBe(3);
    await timers.resolve(supervisor.close());
  });

  it('a lost answer costs ten seconds on a quick network, and one unknown', async () => {
    const { timers, supervisor, simulator } = await watched({ submitDelayMs: 50 });
    for (let round = 0; round < 5; round += 1) await timers.resolve(supervisor.submit(slice));
    simulator.inject({ command: /^AT\+CMGS/, fault: { kind: 'drop-answer' } });
    const began = timers.nowMs();
    expect(await timers.resolve(supervisor.submit(slice))).toMatchObject({ kind: 'unknown' });
    await timers.resolve(supervisor.whenReady());
    expect(timers.nowMs() - began).toBeLessThan(15_000);
    await timers.resolve(supervisor.close());
  });

  it('a modem that answers and takes no message is set up again, then reset', async () => {
    const { timers, supervisor, simulator, events, said } = await watched();
    simulator.inject({
      command: /^AT\+CMGS/,
      at: 'prompt',
      fault: { kind: 'refuse', line: '+CMS ERROR: 300' },
      times: 6,
    });
    said.length = 0;
    for (let round = 0; round < 6; round += 1) {
      expect(await timers.resolve(supervisor.submit(slice))).toMatchObject({
        kind: 'refused',
        error: { class: 'modem' },
      });
      await timers.resolve(supervisor.whenReady());
    }
    expect(said.filter((line) => line === '> AT+CMGF=0')).toHaveLength(2);
    expect(said.filter((line) => line === '> ATZ')).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'reset').map(({ detail }) => detail)).toEqual(['soft']);
    expect(events.find(({ kind, detail }) => kind === 'lost' && detail.includes('takes no message'))).toBeDefined();
    expect(await timers.resolve(supervisor.submit(slice))).toMatchObject({ kind: 'sent' });
    await timers.resolve(supervisor.close());
  });

  it.each([
    ['a missing service centre number', 330],
    ['a network without service', 331],
  ])('%s is not mended by resets', async (_, code) => {
    const { timers, supervisor, simulator, said } = await watched();
    const line = `+CMS ERROR: ${code}`;
    simulator.inject({ command: /^AT\+CMGS/, at: 'prompt', fault: { kind: 'refuse', line }, times: 9 });
    said.length = 0;
    for (let round = 0; round < 9; round += 1) await timers.resolve(supervisor.submit(slice));
    expect(said.filter((text) => /AT\+CMGF=0|ATZ|CFUN/.test(text))).toEqual([]);
    expect(supervisor.snapshot().state).toBe('ready');
    await timers.resolve(supervisor.close());
  });

  it.each(['a message that it refuses', 'the next look at the network'])(
    'a card that goes without a word is noticed by %s',
    async (how) => {
      const { timers, supervisor, simulator } = await watched();
      simulator.placeSim(false);
      if (how.startsWith('a message')) await timers.resolve(supervisor.submit(slice));
      await timers.until(() => supervisor.snapshot().state === 'pin', how.startsWith('a message') ? 5_000 : 30_000);
      expect(supervisor.snapshot().cause).toContain('SIM not inserted');
      simulator.placeSim(true);
      await timers.until(() => supervisor.snapshot().state === 'ready', 30_000);
      await timers.resolve(supervisor.close());
    },
  );

  it('a refused PIN is one event that says so, and the state stays while it is asked again', async () => {
    const bench = createBench({ pin: '4711' }, { pin: '1234' });
    const { timers, supervisor, simulator } = bench;
    const events: ModemEvent[] = [];
    supervisor.onEvent((event) => events.push(event));
    await timers.until(() => supervisor.snapshot().cause?.includes('refused the PIN') ?? false);
    const { since } = supervisor.snapshot();
    await timers.advance(120_000);
    expect(supervisor.snapshot()).toMatchObject({ state: 'pin', since, pinTriesLeft: 2 });
    expect(supervisor.snapshot().cause).toContain('refused this PIN before');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: 'lost', detail: expect.stringContaining('the SIM refused the PIN') });
    expect(simulator.pinTriesLeft).toBe(2);
    await timers.resolve(supervisor.close());
  });

  it('what is deleted is free at once, as far as anybody can see', async () => {
    const { timers, supervisor, simulator } = await watched({ storageSize: 5 });
    for (let number = 0; number < 4; number += 1) simulator.receive({ from: '+15550003333', text: `text ${number}` });
    await timers.until(() => simulator.stored.length === 0);
    await timers.settle();
    expect(supervisor.snapshot()).toMatchObject({ storageUsed: 0, storageTotal: 5 });
    await timers.resolve(supervisor.close());
  });

  it('a refused message delays no other: nothing is said between it and the next', async () => {
    const { timers, supervisor, simulator, said } = await watched({ submitDelayMs: 50 });
    simulator.inject({ command: /^AT\+CMGS/, fault: { kind: 'refuse', line: '+CMS ERROR: 42' } });
    said.length = 0;
    const began = timers.nowMs();
    const [first, second] = [supervisor.submit(slice), supervisor.submit(slice)];
    expect(await timers.resolve(first)).toMatchObject({ kind: 'refused', error: { class: 'temporary' } });
    expect(await timers.resolve(second)).toMatchObject({ kind: 'sent' });
    expect(timers.nowMs() - began).toBeLessThan(200);
    expect(said.filter((line) => line.startsWith('> AT')).map((line) => line.slice(0, 10))).toEqual([
      '> AT+CMGS=',
      '> AT+CMGS=',
    ]);
    await timers.resolve(supervisor.close());
  });

  it('a flash that is passed on without a slot is acknowledged when it is safe, and given back when it is not', async () => {
    const flash = encodeDeliver({
      from: '+15550003333',
      text: 'now',
      timestamp: '2026-11-21T00:00:00+00:00',
      coding: dataCodingFor('gsm7', 0),
    });
    const octets = flash.length / 2 - 1 - Number.parseInt(flash.slice(0, 2), 16);
    let isAway = true;
    const kept: string[] = [];
    const onRouted = async (pdu: string) => {
      if (isAway) throw new Error('no database');
      kept.push(pdu);
    };
    const { timers, supervisor, simulator, said } = await watched(
      {},
      { handlers: { onStored: async () => undefined, onRouted } },
    );
    said.length = 0;
    simulator.say(`+CMT: ,${octets}`, flash);
    await timers.settle();
    isAway = false;
    simulator.say(`+CMT: ,${octets}`, flash);
    await timers.settle();
    expect(said.filter((line) => line.startsWith('> AT+CNMA'))).toEqual(['> AT+CNMA=2', '> AT+CNMA']);
    expect(kept).toEqual([flash]);
    await timers.resolve(supervisor.close());
  });

  it('a restart without a word is found out before long, and the modem set up again', async () => {
    const { timers, supervisor, simulator, said } = await watched();
    await timers.advance(60_000);
    said.length = 0;
    // What a restart forgets, with nothing said of it.
    simulator.inject({ command: /^AT\+CMGF\?/, fault: { kind: 'refuse', line: '+CMGF: 1\r\n\r\nOK' } });
    await timers.until(() => said.includes('> AT+CMGF=0'), 60_000);
    await timers.resolve(supervisor.whenReady());
    expect(await timers.resolve(supervisor.submit(slice))).toMatchObject({ kind: 'sent' });
    await timers.resolve(supervisor.close());
  });

  it('a modem that always says text mode is not set up again and again', async () => {
    const bench = createBench();
    const { timers, supervisor, simulator, said } = bench;
    const says = { kind: 'refuse', line: '+CMGF: 1\r\n\r\nOK' } as const;
    simulator.inject({ command: /^AT\+CMGF\?/, fault: says, times: 1_000 });
    await timers.resolve(supervisor.whenReady());
    await timers.advance(600_000);
    expect(said.filter((line) => line === '> AT+CMGF?').length).toBeGreaterThan(5);
    expect(said.filter((line) => line === '> AT+CMGF=0')).toHaveLength(1);
    await timers.resolve(supervisor.close());
  });
});
