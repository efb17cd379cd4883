import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataCodingFor, encodeDeliver } from '../../../src/modem/pdu/index.ts';
import { createSimulator, type ModemSimulator } from '../../../src/modem/simulator/index.ts';
import type { TcpListener } from '../../../src/modem/simulator/listen-tcp.ts';
import { acmeConfig, eventually, runCli, type Service, startService } from '../../support/service.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  readonly peer: string;
  readonly status: string;
  readonly modem: string | null;
  readonly flash: boolean;
  readonly messageClass: number | null;
}

/** Two modems that listen on the network, and the sending side driven over HTTP and the command line, as people do. */
describe('texts as a user sends them', () => {
  const simulators: ModemSimulator[] = [];
  const listeners: TcpListener[] = [];
  let service: Service;

  beforeAll(async () => {
    for (const [index, operator] of ['Alpha', 'Beta'].entries()) {
      const simulator = createSimulator({
        number: `+1555000111${index}`,
        imei: `49015420323751${index}`,
        imsi: `00101012345678${index}`,
        operator,
      });
      simulators.push(simulator);
      listeners.push(await simulator.listenTcp());
    }
    const modems = listeners.map(({ port }, index) => ({ name: `m${index + 1}`, path: `tcp://127.0.0.1:${port}` }));
    service = await startService({ config: acmeConfig(modems) });
    await eventually(
      async () => (await service.api<{ items: { state: string }[] }>('GET', '/modems')).body.items,
      (items) => items.length === 2 && items.every(({ state }) => state === 'ready'),
    );
  });
  afterAll(async () => {
    await service?.stop();
    for (const listener of listeners) await listener.close();
  });

  const cli = (...args: string[]) => runCli(args, { DATA_DIR: service.dataDirectory });
  const send = (to: string, more: object = {}) =>
    service.api<{ id: string; code: string; detail: string }>('POST', '/messages', { to, body: 'Hello', ...more });
  const message = async (id: string) => (await service.api<Message>('GET', `/messages/${id}`)).body;
  const ended = (id: string) =>
    eventually(
      () => message(id),
      ({ status }) => status === 'delivered',
    );

  it('a preview names the characters that cost', async () => {
    const preview = await service.api('POST', '/messages/preview', { body: 'Only the œ makes it Unicode' });
    expect(preview.body).toMatchObject({ encoding: 'ucs2', partCount: 1, unicodeCharacters: ['œ'] });
    const cheaper = await service.api('POST', '/messages/preview', { body: 'œuvre', encoding: 'transliterate' });
    expect(cheaper.body).toMatchObject({ encoding: 'gsm7' });
    expect((await cli('sms', 'preview', '--text', 'œuvre')).stdout).toContain('œ');
  });

  it('a route sends a prefix through its modem', async () => {
    expect((await service.api('POST', '/sms-routes', { prefix: '+44', modems: ['m2'] })).status).toBe(201);
    const [british, other] = [await send('+447700900001'), await send('+12125550101', { modem: 'm1' })];
    expect([(await ended(british.body.id)).modem, (await ended(other.body.id)).modem]).toEqual(['m2', 'm1']);
    expect(simulators[1]?.submitted.map(({ decoded }) => decoded.destination.number)).toEqual(['+447700900001']);
  });

  it('a suppressed number gets nothing until it is taken off', async () => {
    const number = '+12125550102';
    const put = await service.api<{ id: string }>('POST', '/sms-suppressions', { number, reason: 'opt_out' });
    expect(put.status).toBe(201);
    expect(await send(number)).toMatchObject({ status: 403, body: { code: 'message.suppressed' } });
    expect((await service.api('DELETE', `/sms-suppressions/${put.body.id}`)).status).toBe(204);
    expect((await send(number)).status).toBe(202);
  });

  it('a quota answers 402 with the numbers, and a cancelled text gives its part back', async () => {
    const policy = { name: 'house', quotaLimit: 50, quotaUnit: 'day' };
    const made = await service.api<{ id: string }>('POST', '/sms-policies', policy);
    expect(made.status).toBe(201);
    const later = await send('+12125550103', {
      scheduleAt: new Date(Date.now() + 3_600_000).toISOString(),
      body: 'x'.repeat(7_000),
    });
    expect(later.status).toBe(202);
    const refused = await send('+12125550104', { body: 'y'.repeat(1_000) });
    expect(refused).toMatchObject({ status: 402, body: { code: 'quota.exceeded' } });
    expect(refused.body.detail).toMatch(/needs 7 message parts; the organization has used 46 of 50 today/);
    expect((await cli('sms', 'cancel', later.body.id)).status).toBe(0);
    expect((await send('+12125550104', { body: 'y'.repeat(1_000) })).status).toBe(202);
    expect((await service.api('DELETE', `/sms-policies/${made.body.id}`)).status).toBe(204);
  });

  it('a broadcast is taken over with progress, its duplicates listed, and each number gets one', async () => {
    const file = join(service.dataDirectory, '..', 'numbers.csv');
    const numbers = Array.from({ length: 20 }, (_, n) => `+121255502${String(n).padStart(2, '0')}`);
    writeFileSync(file, ['to', ...numbers, '(212) 555-0200', 'nobody'].join('\n'));
    const { status, stdout, stderr } = await cli('sms', 'broadcast', file, '--text', 'No water on Monday.');
    expect([status, stderr]).toEqual([0, expect.stringMatching(/accepted: 20 of 22 lines/)]);
    expect(stderr).toMatch(/line 22 \(\(212\) 555-0200\): .* came before/);
    const id = stdout.trim();
    await eventually(
      async () => (await service.api<{ messages: Record<string, number> }>('GET', `/broadcasts/${id}`)).body.messages,
      ({ delivered }) => delivered === 20,
    );
    expect((await cli('sms', 'progress', id)).stderr).toContain('20 delivered');
    const sent = simulators.flatMap(({ submitted }) =>
      submitted.filter((one) => one.decoded.userData.text === 'No water on Monday.'),
    );
    expect(sent.map(({ decoded }) => decoded.destination.number).sort()).toEqual(numbers);
  });

  it('a flash text is marked in the inbox, on the API and the command line', async () => {
    const coding = dataCodingFor('gsm7', 0);
    const timestamp = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    simulators[0]?.receivePdu(encodeDeliver({ from: '+12125550105', timestamp, coding, text: 'Flashing' }));
    const found = await eventually(
      async () =>
        (await service.api<{ items: Message[] }>('GET', '/messages?direction=inbound&peer=%2B12125550105')).body.items,
      (items) => items.length === 1,
    );
    expect(found).toMatchObject([{ body: 'Flashing', flash: true, messageClass: 0 }]);
    expect((await cli('sms', 'list', '--direction', 'inbound')).stdout).toMatch(/received, flash .*Flashing/);
  });

  it('/metrics tell signal, registration, storage, errors, events and slices by their state', async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    const value = (name: string, labels: string) => {
      const line = metrics.split('\n').find((each) => each.startsWith(`switchhook_${name}{`) && each.includes(labels));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    };
    const modem = '/m1"';
    expect(value('modem_state', 'state="ready"')).toBe(1);
    expect(value('modem_registration', 'registration="home"')).toBe(1);
    expect(value('modem_signal_dbm', modem)).toBe(-73);
    expect(value('modem_storage_total', modem)).toBe(20);
    expect(value('modem_storage_used', modem)).toBeGreaterThanOrEqual(0);
    expect(value('modem_errors', modem)).toBe(0);
    expect(value('modem_events_total', 'kind="ready"')).toBeGreaterThanOrEqual(1);
    expect(value('message_parts_total', 'outcome="sent"')).toBeGreaterThan(20);
    for (const status of ['queued', 'submitting', 'unknown']) {
      expect(value('message_parts_open', `status="${status}"`)).toBeGreaterThanOrEqual(0);
    }
  });
});
