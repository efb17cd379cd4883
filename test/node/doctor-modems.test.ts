import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModemFacts } from '../../src/modem/index.ts';
import { answeringPort, askServer, closedPort, otherPrograms, shownModem } from '../../src/node/doctor-modems.ts';

const FACTS: ModemFacts = {
  identity: { manufacturer: 'huawei', model: 'E1550' },
  profile: 'huawei',
  sim: { state: 'READY' },
  registration: 'home',
  serviceCentre: '+15550009999',
  signalDbm: -71,
  memories: [{ memory: 'SM', used: 2, total: 20 }],
};

const MODEM = {
  name: 'm1',
  path: '/dev/ttyUSB0',
  state: 'ready',
  cause: null,
  pinTriesLeft: null,
  signal: -71,
  storageUsed: 1,
  storageTotal: 20,
  lastError: null,
};

describe('doctor, on a port', () => {
  it('says nothing but good of a modem that is fine', () => {
    expect(answeringPort('/dev/ttyUSB0', FACTS, 115_200)).toEqual([
      { check: 'port /dev/ttyUSB0', state: 'good', detail: 'huawei E1550 is usable' },
    ]);
  });

  it.each<[string, Partial<ModemFacts>, number, RegExp, RegExp]>([
    ['a wrong speed', {}, 9_600, /9600 baud/, /baudRate: 9600/],
    ['a PIN', { sim: { state: 'SIM PIN', triesLeft: 2 } }, 115_200, /SIM PIN, 2 tries left/, /"pin".*switchhook apply/],
    [
      'no SIM',
      {
        sim: {
          error: { reason: 'cme', code: 10, text: 'SIM not inserted', advice: 'Insert a SIM card.', class: 'modem' },
        },
      },
      115_200,
      /SIM not inserted/,
      /Insert/,
    ],
    ['a network that refuses', { registration: 'denied' }, 115_200, /refuses/, /operator/],
    ['no network', { registration: 'searching' }, 115_200, /searching/, /antenna/],
    ['a weak signal', { signalDbm: -111 }, 115_200, /-111 dBm/, /antenna/],
    ['a full memory', { memories: [{ memory: 'SM', used: 20, total: 20 }] }, 115_200, /20 of 20/, /events/],
  ])('finds %s and says what mends it', (_name, change, baud, detail, fix) => {
    const findings = answeringPort('/dev/ttyS1', { ...FACTS, ...change }, baud).filter(({ state }) => state !== 'good');
    expect(findings).toHaveLength(1);
    expect(findings[0]?.detail).toMatch(detail);
    expect(findings[0]?.fix).toMatch(fix);
  });

  it('finds a missing service centre', () => {
    const { serviceCentre: _none, ...facts } = FACTS;
    expect(answeringPort('/dev/ttyS1', facts, 115_200)[0]?.fix).toContain('AT+CSCA=');
  });

  it.each([
    ['Error: Permission denied, cannot open /dev/ttyUSB0', /usermod -aG dialout/],
    ['Error Resource temporarily unavailable Cannot lock port', /fuser/],
    ['Error: No such file or directory', /ls -l/],
  ])('%s has a command', (message, fix) => {
    expect(closedPort('/dev/ttyUSB0', message)).toMatchObject({ state: 'bad', fix: expect.stringMatching(fix) });
  });
});

describe('doctor, beside a running server', () => {
  it.each([
    ['ready', {}, 'good', undefined],
    ['absent', { cause: 'no such device' }, 'bad', /modem probe/],
    ['pin', { cause: 'the SIM refused the PIN', pinTriesLeft: 2 }, 'bad', /switchhook apply/],
    ['degraded', { cause: 'network: searching' }, 'bad', /modem events "m1"/],
    ['resting', { cause: 'the modem does not answer any more' }, 'bad', /modem trace "m1"/],
    ['stopped', {}, 'notice', /modem list/],
  ] as const)('%s', (state, change, expected, fix) => {
    const [finding] = shownModem({ ...MODEM, ...change, state });
    expect(finding?.state).toBe(expected);
    if (fix === undefined) expect(finding?.fix).toBeUndefined();
    else expect(finding?.fix).toMatch(fix);
  });

  it('a memory that fills up is told before it is full', () => {
    expect(shownModem({ ...MODEM, storageUsed: 17 })[1]).toMatchObject({ state: 'notice' });
    expect(shownModem({ ...MODEM, storageUsed: 20 })[1]).toMatchObject({ state: 'bad' });
  });

  it('looks at the modems of every organization', async () => {
    const said: Readonly<Record<string, unknown>> = {
      '*/api/v1/platform/organizations': [
        { slug: 'acme', status: 'active' },
        { slug: 'beta', status: 'active' },
        { slug: 'gone', status: 'closed' },
      ],
      'acme/api/v1/modems': [MODEM],
      'beta/api/v1/modems': [{ ...MODEM, state: 'absent', cause: 'no such device' }],
    };
    const server = createServer((request, response) => {
      const items = said[`${request.headers['x-switchhook-organization']}${request.url}`];
      response.writeHead(items === undefined ? 404 : 200).end(JSON.stringify({ items }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const findings = await askServer({ url: `http://127.0.0.1:${port}`, token: 'secret' });
    server.close();
    expect(findings.map(({ check, state }) => [check, state])).toEqual([
      ['modem acme/m1', 'good'],
      ['modem beta/m1', 'bad'],
    ]);
  });
});

describe('doctor, on other programs', () => {
  it('names ModemManager and what keeps it away', async () => {
    const proc = await mkdtemp(join(tmpdir(), 'proc-'));
    for (const [pid, name] of Object.entries({ 1: 'systemd', 70: 'ModemManager', 71: 'gammu-smsd', self: 'minicom' })) {
      await mkdir(join(proc, pid));
      await writeFile(join(proc, pid, 'comm'), `${name}\n`);
    }
    const findings = await otherPrograms(proc);
    await rm(proc, { recursive: true });
    expect(findings.map(({ detail }) => detail.split(' ')[0])).toEqual(['ModemManager', 'gammu-smsd']);
    expect(findings[0]?.fix).toContain('99-switchhook-modems.rules');
    expect(findings[1]?.fix).toBe('sudo systemctl disable --now gammu-smsd');
  });
});
