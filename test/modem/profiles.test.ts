import { describe, expect, it } from 'vitest';
import { PROFILE_NAMES } from '../../src/messaging/modem.resource.ts';
import { decodePdu, encodeSubmit } from '../../src/modem/pdu/index.ts';
import { chooseProfile, PROFILES } from '../../src/modem/profiles/index.ts';
import { VENDORS } from '../../src/modem/simulator/index.ts';
import { createBench } from './support/bench.ts';

const [slice] = encodeSubmit({ to: '+15550002222', text: 'hello', statusReport: true }).slices;
if (slice === undefined) throw new Error('no slice');

function isReport(pdu: string): boolean {
  const decoded = decodePdu(pdu);
  return decoded.ok && decoded.pdu.type === 'status-report';
}

describe('vendor profiles', () => {
  it.each([
    ['huawei', 'E1550', 'huawei'],
    ['ZTE INCORPORATED', 'MF180', 'zte'],
    ['Quectel', 'EC25', 'quectel'],
    ['SIMCOM_Ltd', 'SIMCOM_SIM800C', 'simcom'],
    ['Telit', 'LE910', 'telit'],
    ['WAVECOM MODEM', 'Q2406B', 'sierra'],
    ['Sierra Wireless, Incorporated', 'MC7455', 'sierra'],
    ['u-blox', 'SARA-U201', 'ublox'],
    ['Cinterion', 'EHS5-E', 'siemens'],
    ['Acme', 'M1', 'generic'],
  ])('%s %s is served as %s', (manufacturer, model, name) => {
    expect(chooseProfile({ manufacturer, model }).name).toBe(name);
  });

  it('the configured one wins over what the modem says of itself', () => {
    expect(chooseProfile({ manufacturer: 'huawei' }, 'quectel').name).toBe('quectel');
    expect(chooseProfile({}, 'generic').name).toBe('generic');
  });

  it('configuration and simulator know the same names', () => {
    expect([...PROFILE_NAMES].sort()).toEqual(PROFILES.map(({ name }) => name).sort());
    expect(Object.keys(VENDORS).sort()).toEqual([...PROFILE_NAMES].sort());
  });

  it('each quirk says why it is there', () => {
    let seen = 0;
    for (const profile of PROFILES) {
      const { startUp = [], matches: _m, name: _n, temperature: _t, voltage: _v, pinTries: _p, ...quirks } = profile;
      for (const quirk of [...startUp, ...Object.values(quirks)]) {
        expect(quirk.because.length).toBeGreaterThan(10);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(15);
  });

  it.each(Object.entries(VENDORS))('a simulated %s becomes ready, sends, reports and receives', async (name, look) => {
    const bench = createBench({ ...look });
    const { timers, supervisor, simulator, stored, routed } = bench;
    await timers.resolve(supervisor.whenReady());
    expect(supervisor.snapshot().profile).toBe(name);
    simulator.receive({ from: '+15550003333', text: 'hello' });
    await timers.until(() => stored.length === 1);
    expect(await timers.resolve(supervisor.submit(slice))).toMatchObject({ kind: 'sent' });
    // The report is routed to the port or put into a slot, as the make wants it.
    await timers.until(() => [...stored.map(({ pdu }) => pdu), ...routed].some(isReport));
    simulator.restart();
    await timers.until(() => supervisor.snapshot().state === 'initialising');
    await timers.resolve(supervisor.whenReady());
    await timers.resolve(supervisor.close());
  });

  it.each(PROFILES.map((profile) => [profile.name, profile] as const))(
    'what is said of %s is done: start-up, indications, link, restart and patience',
    async (name, profile) => {
      const { timers, supervisor, simulator, said } = createBench({ ...VENDORS[name] });
      // Refused twice: the ladder goes by a soft reset to the restart.
      simulator.inject({ command: /^AT\+CMGF=0/, fault: { kind: 'refuse', line: '+CMS ERROR: 303' }, times: 2 });
      await timers.resolve(supervisor.whenReady(), 120_000);
      expect(said).toContain(`> ${profile.restart?.value ?? 'AT+CFUN=1,1'}`);
      for (const { value } of profile.startUp ?? []) expect(said).toContain(`> ${value}`);
      const settings = said.filter((line) => /CNMI=\d/.test(line));
      expect(settings[0]).toBe(`> AT+CNMI=${profile.indications?.value[0]?.join(',') ?? '2,1,0,1,0'}`);
      const link = profile.keepLink === undefined ? 2 : profile.keepLink.value;
      expect(said.filter((line) => line.startsWith('> AT+CMMS='))).toEqual(
        link === null ? [] : expect.arrayContaining([`> AT+CMMS=${link}`]),
      );
      const began = timers.nowMs();
      simulator.inject({ command: /^AT\+CMGS/, fault: { kind: 'drop-answer' } });
      expect(await timers.resolve(supervisor.submit(slice), 300_000)).toMatchObject({ kind: 'unknown' });
      const patienceMs = profile.sendTimeoutMs?.value ?? 60_000;
      expect(timers.nowMs() - began).toBeGreaterThanOrEqual(patienceMs);
      expect(timers.nowMs() - began).toBeLessThan(patienceMs + 10_000);
      await timers.resolve(supervisor.close());
    },
  );
});
