import { describe, expect, it } from 'vitest';
import { PROFILE_NAMES } from '../../src/messaging/modem.resource.ts';
import { chooseProfile, PROFILES } from '../../src/modem/profiles/index.ts';
import { VENDORS } from '../../src/modem/simulator/index.ts';
import { createBench } from './support/bench.ts';

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
    for (const { startUp = [], matches: _matches, name: _name, temperature: _t, voltage: _v, ...quirks } of PROFILES) {
      for (const quirk of [...startUp, ...Object.values(quirks)]) {
        expect(quirk.because.length).toBeGreaterThan(10);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(15);
  });

  it.each(Object.entries(VENDORS))('a simulated %s becomes ready, sends, reports and receives', async (name, look) => {
    const bench = createBench({ ...look });
    const { timers, supervisor, simulator, stored } = bench;
    await timers.resolve(supervisor.whenReady());
    expect(supervisor.snapshot().profile).toBe(name);
    simulator.receive({ from: '+15550003333', text: 'hello' });
    await timers.until(() => stored.length === 1);
    simulator.restart();
    await timers.until(() => supervisor.snapshot().state === 'initialising');
    await timers.resolve(supervisor.whenReady());
    await timers.resolve(supervisor.close());
  });
});
