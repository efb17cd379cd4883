import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTransport, type Transport } from '../../../src/modem/index.ts';
import { createSimulator, type ModemSimulator } from '../../../src/modem/simulator/index.ts';
import { acmeConfig, allOf, eventually, type Service, startService } from '../../support/service.ts';
import { type Cable, createCableNames, plugCable, whySkipped } from '../socat.ts';

const reason = whySkipped();
if (reason !== undefined) console.log(`skipped: ${reason}`);

interface Message {
  readonly body: string;
  readonly peer: string;
  readonly status: string;
  readonly parts: readonly { readonly reference: number | null; readonly status: string }[];
}

describe.skipIf(reason !== undefined)('texts between the API and a modem on a serial port', () => {
  const names = createCableNames();
  let simulator: ModemSimulator;
  let cable: Cable;
  let transport: Transport;
  let service: Service;

  beforeAll(async () => {
    if (reason !== undefined) return;
    simulator = createSimulator({ number: '+15550001111', imei: '490154203237518', imsi: '001010123456789' });
    cable = await plugCable(names.directory);
    transport = await openTransport(cable.modem);
    simulator.attach(transport);
    service = await startService({ config: acmeConfig([{ name: 'm1', path: cable.host }]) });
  });
  afterAll(async () => {
    await service?.stop();
    await transport?.close();
    await cable?.unplug();
    names.remove();
  });

  it('400 characters with an emoji arrive whole, every part with its reference and delivered', async () => {
    const text = `${'Fibre is coming to your street. '.repeat(13).slice(0, 398)}🎉`;
    const sent = await service.api<{ id: string }>('POST', '/messages', { to: '+15550002222', body: text });
    expect([sent.status, sent.body]).toMatchObject([202, { status: 'queued', encoding: 'ucs2', partCount: 6 }]);
    const message = await eventually(
      async () => (await service.api('GET', `/messages/${sent.body.id}`)).body as Message,
      ({ status }) => status === 'delivered',
    );
    expect(message.body).toBe(text);
    expect(message.parts.map(({ status }) => status)).toEqual(Array(6).fill('delivered'));
    expect(message.parts.map(({ reference }) => reference)).toEqual(
      simulator.submitted.map(({ reference }) => reference),
    );
    expect(simulator.submitted.map(({ decoded }) => decoded.userData.text).join('')).toBe(text);
    expect(new Set(simulator.submitted.map(({ decoded }) => decoded.destination.number))).toEqual(
      new Set(['+15550002222']),
    );
    const concats = simulator.submitted.map(({ decoded }) => decoded.userData.header.concat);
    expect(concats.map((concat) => [concat?.total, concat?.sequence])).toEqual([1, 2, 3, 4, 5, 6].map((n) => [6, n]));
    expect(new Set(concats.map((concat) => concat?.reference)).size).toBe(1);
  });

  it('three long texts of two senders, interleaved and out of order, are three whole messages', async () => {
    const texts = [
      { from: '+15550003333', reference: 7, slices: ['First of Ann. ', 'Second of Ann. ', 'Third of Ann.'] },
      // The same reference from another sender, and another reference from the same one.
      { from: '+15550004444', reference: 7, slices: ['Ben begins. ', 'Ben goes on. ', 'Ben ends. 👋'] },
      { from: '+15550003333', reference: 8, slices: ['Ann again: ', 'more to say, ', 'and done.'] },
    ] as const;
    const order = [2, 0, 1] as const;
    for (const place of order) {
      for (const { from, reference, slices } of texts) {
        simulator.receive({ from, text: slices[place], concat: { reference, total: 3, sequence: place + 1 } });
      }
    }
    const received = await eventually(
      () => allOf<Message>(service, '/messages?direction=inbound'),
      (messages) => messages.length >= 3 && simulator.stored.length === 0,
    );
    expect(received.map(({ peer, body }) => `${peer} ${body}`).sort()).toEqual(
      texts.map(({ from, slices }) => `${from} ${slices.join('')}`).sort(),
    );
    expect(received.map(({ status, parts }) => [status, parts.length])).toEqual(Array(3).fill(['received', 3]));
  });

  it('the list of modems shows it ready, with its operator and signal', async () => {
    // The row of a modem is written at most once a second.
    const items = await eventually(
      async () => (await service.api<{ items: readonly { state: string }[] }>('GET', '/modems')).body.items,
      ([modem]) => modem?.state === 'ready',
    );
    expect(items).toMatchObject([{ name: 'm1', state: 'ready', operator: 'Simulated', queue: 0 }]);
  });
});
