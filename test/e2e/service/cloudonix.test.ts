import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CloudonixReport, CloudonixSyncResult } from '../../../src/voice/index.ts';
import { type CloudonixApi, domainOf, newDomain, startCloudonixApi } from '../../support/cloudonix-api.ts';
import {
  acmeConfig,
  eventually,
  newDataDirectory,
  removeDataDirectory,
  runCli,
  type Service,
  startService,
} from '../../support/service.ts';

/* The Cloudonix side, at the real service and the real command line, against an emulator of its REST API. */

const PUBLIC_URL = 'https://pbx.example.com';
const DOMAIN = 'acme.cloudonix.net';
const TOKEN = '40e06707b6a27e3078264ea74c707da0';

let cloudonix: CloudonixApi;
let service: Service;
let settings: Record<string, string>;

beforeAll(async () => {
  cloudonix = await startCloudonixApi([DOMAIN]);
  settings = { PUBLIC_URL, CLOUDONIX_API_URL: cloudonix.url };
  service = await startService({ config: acmeConfig(), env: settings });
});
afterAll(async () => {
  await service?.stop();
  await cloudonix?.close();
});

const cli = (...args: string[]) => runCli(args, { DATA_DIR: service.dataDirectory, ...settings });
const sync = (body: object = {}) => service.api<CloudonixSyncResult>('POST', '/cloudonix/sync', body);

describe('check and sync', () => {
  beforeEach(() => {
    const fresh = newDomain(DOMAIN);
    fresh.trunks.push({ id: 1, name: 'carrier-us', direction: 'public-outbound', ip: '203.0.113.9', active: true });
    fresh.domain.profile = { 'recording-media-type': 'mp3' };
    cloudonix.state.set(DOMAIN, fresh);
    cloudonix.requests.length = 0;
  });

  it('a check changes nothing, tells every difference and fails until both sides agree', async () => {
    const { status, stdout } = await cli('cloudonix', 'check', '--json');
    const report = JSON.parse(stdout) as CloudonixReport;
    expect([status, report.isInStep, cloudonix.writes()]).toEqual([1, false, []]);
    const told = report.drift.map(({ action, object, name }) => `${action} ${object} ${name}`);
    expect(told).toEqual(
      expect.arrayContaining([
        'create domain authorization-api-key',
        'create application switchhook',
        'create subscriber 101',
        'create subscriber 102',
        'look trunk carrier-uk-mobile',
        'create number +16465550100',
      ]),
    );
    expect(told).not.toContain('create subscriber 103');
  });

  it('a sync without --yes only shows its plan', async () => {
    const { status, stdout, stderr } = await cli('cloudonix', 'sync');
    expect([status, cloudonix.writes()]).toEqual([0, []]);
    expect(stdout).toMatch(/ACTION +OBJECT +NAME +HERE +THERE/);
    expect(stderr).toContain('Nothing was changed');
    expect(stdout + stderr).not.toMatch(/fixture-requests-key|fixture-webhook-token|XIfixture/);
  });

  it('a sync makes the domain answer here, and a second one changes nothing', async () => {
    const first = await cli('cloudonix', 'sync', '--yes', '--json');
    expect([first.status, first.stderr]).toEqual([0, '']);
    const there = domainOf(cloudonix);
    expect(there.domain.profile).toEqual({
      'recording-media-type': 'mp3',
      'authorization-api-key': 'fixture-requests-key',
      'session-update-endpoint': `${PUBLIC_URL}/webhooks/cloudonix/session/fixture-webhook-token`,
      'cdr-endpoint': `${PUBLIC_URL}/webhooks/cloudonix/cdr/fixture-webhook-token`,
      'call-timeout': 45,
    });
    const [application] = there.applications;
    expect(application).toMatchObject({
      name: 'switchhook',
      type: 'cxml',
      method: 'POST',
      url: `${PUBLIC_URL}/webhooks/cloudonix/voice`,
    });
    expect(there.domain.defaultApplication).toBe(application?.id);
    expect(there.subscribers.map(({ msisdn, active }) => [msisdn, active])).toEqual([
      ['101', true],
      ['102', true],
    ]);
    cloudonix.requests.length = 0;
    const second = await sync();
    expect([second.status, second.body.applied, second.body.isInStep]).toEqual([200, 0, true]);
    expect(cloudonix.writes()).toEqual([]);
    expect((await cli('cloudonix', 'check')).status).toBe(0);
  });

  it('a password is made once, is what Cloudonix has, and survives a subscriber that is lost there', async () => {
    await sync();
    const { stdout } = await cli('cloudonix', 'phone', '101', '--json');
    const phone = JSON.parse(stdout) as { username: string; password: string };
    const passwordOf = () => domainOf(cloudonix).subscribers.find(({ msisdn }) => msisdn === '101')?.sipPassword;
    expect(phone).toEqual({ domain: DOMAIN, username: '101', password: passwordOf() });
    expect(phone.password).toMatch(/^[0-9a-f]{32}$/);
    domainOf(cloudonix).subscribers.splice(0, 1);
    await sync();
    expect(passwordOf()).toBe(phone.password);
    expect((await service.api('GET', '/cloudonix/phones/103')).status).toBe(404);
  });

  it('an extension that is switched off or removed here loses its line there', async () => {
    await sync();
    await service.api('POST', '/extensions', { number: '150', name: 'Temporary' });
    await sync();
    await service.api('PATCH', '/extensions/102', { status: 'inactive' });
    await service.api('DELETE', '/extensions/150');
    const { body } = await sync();
    expect(body.applied).toBe(2);
    const lines = domainOf(cloudonix).subscribers.map(({ msisdn, active }) => `${msisdn} ${active}`);
    expect(lines.sort()).toEqual(['101 true', '102 false', '150 false']);
    await service.api('PATCH', '/extensions/102', { status: 'active' });
    await sync();
    expect(domainOf(cloudonix).subscribers.find(({ msisdn }) => msisdn === '102')?.active).toBe(true);
  });

  it('a subscriber somebody else made is told and left alone', async () => {
    domainOf(cloudonix).subscribers.push({ id: 9, msisdn: '777', active: true, sipPassword: 'theirs' });
    await sync();
    expect(domainOf(cloudonix).subscribers.find(({ msisdn }) => msisdn === '777')).toMatchObject({
      active: true,
      sipPassword: 'theirs',
    });
    const { body } = await service.api<CloudonixReport>('GET', '/cloudonix/check');
    expect(body.drift).toContainEqual(expect.objectContaining({ action: 'look', name: '777' }));
  });

  it('with --numbers each number gets a DNID of its own, once', async () => {
    await sync({ numbers: true });
    const sources = domainOf(cloudonix).dnids.map(({ source }) => source);
    expect(sources).toContain('+16465550100');
    expect(sources).not.toContain('+16465550106');
    await sync({ numbers: true });
    expect(domainOf(cloudonix).dnids).toHaveLength(sources.length);
  });

  it('a sync that was cut off goes on where it stopped, and makes nothing twice', async () => {
    // Five readings, the profile read again and written; then the application is made and the answer lost.
    cloudonix.faults.push(...Array.from({ length: 7 }, () => ({ kind: 'none' }) as const), { kind: 'lost' });
    expect((await sync()).status).toBe(503);
    expect(domainOf(cloudonix).applications).toHaveLength(1);
    expect((await sync()).body.isInStep).toBe(true);
    expect((await sync()).body.applied).toBe(0);
    expect(domainOf(cloudonix).applications).toHaveLength(1);
  });

  it('a key that Cloudonix refuses is told with what to do about it', async () => {
    cloudonix.faults.push({ kind: 'status', status: 401 });
    const { status, stderr } = await cli('cloudonix', 'check');
    expect([status, stderr]).toEqual([1, expect.stringContaining('Make a domain key')]);
  });

  it('the log of the service holds no key, password or token', async () => {
    await sync();
    const password = String(domainOf(cloudonix).subscribers[0]?.sipPassword);
    for (const secret of ['XIfixture', 'fixture-webhook-token', password]) expect(service.log()).not.toContain(secret);
  });
});

describe('a call that is on', () => {
  const voice = (url: string, session = TOKEN, more: object = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { authorization: 'Bearer fixture-requests-key', 'content-type': 'application/json' },
      body: JSON.stringify({
        CallSid: session,
        Session: session,
        Domain: DOMAIN,
        Direction: 'inbound',
        From: '+16465550150',
        To: '+16465550102',
        ...more,
      }),
    });

  async function begin(session: string): Promise<string> {
    domainOf(cloudonix).sessions.set(session, { token: session });
    expect(await (await voice(`${service.url}/webhooks/cloudonix/voice`, session)).text()).toContain('<Gather');
    const { body } = await eventually(
      () => service.api<{ id: string }>('GET', `/calls/${session}`),
      ({ status }) => status === 200,
    );
    return body.id;
  }

  it('is listed while it is on', async () => {
    const id = await begin(TOKEN);
    const { stdout } = await cli('calls', 'live');
    expect(stdout).toContain(id);
  });

  it('goes on wherever somebody sends it, by the rules of that place', async () => {
    const session = TOKEN.replace(/^4/, '5');
    const id = await begin(session);
    const { status, stderr } = await cli('calls', 'transfer', id, 'ring_group:sales');
    expect([status, stderr]).toEqual([0, 'Moved to ring_group:sales.\n']);
    const moved = domainOf(cloudonix).sessions.get(session) as { url: string; method: string };
    expect(moved).toMatchObject({
      method: 'POST',
      url: expect.stringContaining(`${PUBLIC_URL}/webhooks/cloudonix/voice?c=`),
    });
    const address = moved.url.replace(PUBLIC_URL, service.url);
    const document = await (await voice(address, session)).text();
    expect(document).toContain('<Number>101</Number><Number>102</Number>');
    // Signed for this call: another one cannot use it.
    expect(await (await voice(address, TOKEN.replace(/^4/, 'a'))).text()).toContain('something went wrong');
    const { body } = await eventually(
      () => service.api<{ trace: string[] }>('GET', `/calls/${id}`),
      (answer) => answer.body.trace.some((sentence) => sentence.startsWith('moved to')),
    );
    expect(body.trace.join('\n')).toContain('moved to ring_group:sales by');
    // The ring group's own state works from there on: nobody answers, the fallback rings.
    const next = /action="([^"]+)"/.exec(document)?.[1]?.replaceAll('&amp;', '&').replace(PUBLIC_URL, service.url);
    expect(await (await voice(next ?? '', session, { DialCallStatus: 'no-answer' })).text()).toContain(
      '<Number>102</Number>',
    );
  });

  it('cannot be sent where nothing is, or out past the whitelist', async () => {
    const session = TOKEN.replace(/^4/, '6');
    const id = await begin(session);
    const transfer = (target: string) => service.api<{ code: string }>('POST', `/calls/${id}/transfer`, { target });
    expect((await transfer('ring_group:nowhere')).status).toBe(404);
    expect((await transfer('extension:103')).body.code).toBe('target.inactive');
    expect((await transfer('somewhere')).status).toBe(422);
    expect((await transfer('forward:+33123456789')).status).toBe(202);
    const { url } = domainOf(cloudonix).sessions.get(session) as { url: string };
    const document = await (await voice(url.replace(PUBLIC_URL, service.url), session)).text();
    expect(document).not.toContain('<Dial');
  });

  it('ends when somebody ends it, and only once', async () => {
    const session = TOKEN.replace(/^4/, '7');
    const id = await begin(session);
    expect((await cli('calls', 'disconnect', session)).status).toBe(0);
    expect(domainOf(cloudonix).sessions.has(session)).toBe(false);
    // Cloudonix no longer has it, but its CDR has not come: that is still what was asked for.
    expect((await service.api('POST', `/calls/${id}/disconnect`)).status).toBe(202);
    await fetch(`${service.url}/webhooks/cloudonix/cdr/fixture-webhook-token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        call_id: 'sip-7',
        disposition: 'CONNECTED',
        duration: 3,
        billsec: 2,
        session: { token: session },
      }),
    });
    const ended = await eventually(
      () => service.api<{ code: string }>('POST', `/calls/${id}/disconnect`),
      ({ status }) => status === 409,
    );
    expect(ended.body.code).toBe('call.ended');
    expect((await service.api('POST', '/calls/0123456789abcdef/disconnect')).status).toBe(404);
  });

  it.each([
    ['listen', {}, '<Coach policy="listen" spyDirection="both">'],
    ['whisper', {}, '<Coach policy="whisper" spyDirection="both" whisperDirection="calee">'],
    ['whisper', { whisperTo: 'caller' }, 'whisperDirection="caller">'],
    ['barge', {}, '<Coach policy="barge" spyDirection="both">'],
  ])('can be coached: %s %j rings the supervisor with a Coach of that call', async (mode, more, expected) => {
    const session = TOKEN.replace(/^4/, '8');
    const id = await begin(session);
    const { status, body } = await service.api<{ token: string }>('POST', `/calls/${id}/coach`, {
      mode,
      extension: '101',
      ...more,
    });
    expect(status).toBe(202);
    const own = domainOf(cloudonix).sessions.get(body.token) as { destination: string; cxml: string };
    expect(own.destination).toBe('101');
    expect(own.cxml).toContain(expected);
    expect(own.cxml).toContain(`>${session}</Coach><Hangup/>`);
  });

  it('is controlled only by those who may, and heard only on a phone', async () => {
    const id = await begin(TOKEN.replace(/^4/, '9'));
    const { body } = await service.api<{ key: string }>('POST', '/api-keys', { name: 'reader', role: 'reporter' });
    const reader = { authorization: `Bearer ${body.key}` };
    for (const [path, input] of [
      ['disconnect', undefined],
      ['transfer', { target: 'extension:101' }],
      ['coach', { mode: 'listen', extension: '101' }],
    ] as const) {
      expect((await service.api('POST', `/calls/${id}/${path}`, input, reader)).status, path).toBe(403);
    }
    expect((await service.api('GET', '/cloudonix/phones/101', undefined, reader)).status).toBe(403);
    const noPhone = await service.api<{ code: string }>('POST', `/calls/${id}/coach`, {
      mode: 'listen',
      extension: '600',
    });
    expect(noPhone.body.code).toBe('coach.no_phone');
  });
});

it('no address is written to Cloudonix that it could not reach', async () => {
  const directory = await newDataDirectory();
  const file = join(directory, '..', 'organization.yaml');
  writeFileSync(file, acmeConfig());
  const environment = { DATA_DIR: directory, CLOUDONIX_API_URL: cloudonix.url };
  expect((await runCli(['apply', file], environment)).status).toBe(0);
  cloudonix.requests.length = 0;
  const { status, stderr } = await runCli(['cloudonix', 'sync', '--yes'], environment);
  expect([status, stderr]).toEqual([1, expect.stringContaining('Set PUBLIC_URL')]);
  expect(cloudonix.requests).toEqual([]);
  removeDataDirectory(directory);
});
