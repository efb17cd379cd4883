import { describe, expect, it } from 'vitest';
import { probeModem, udevRule } from '../../src/cli/modem-probe.ts';
import { createSimulator, type SimulatorOptions } from '../../src/modem/simulator/index.ts';
import { IDENTITY, plugIn } from './support/bench.ts';
import { FakeTimers } from './support/fake-timers.ts';
import { playTranscript } from './support/scripted-modem.ts';

function bench(options: Partial<SimulatorOptions> = {}) {
  const timers = new FakeTimers();
  const simulator = createSimulator({ ...IDENTITY, timers, ...options });
  const probe = () => timers.resolve(probeModem(plugIn(simulator), { timers }));
  return { simulator, probe };
}

const USB = {
  path: '/dev/ttyUSB2',
  vendorId: '1E0E',
  productId: '9001',
  serialNumber: '0123456789ABCDEF',
  pnpId: 'usb-SimTech_SIM7600-if02-port0',
};

describe('probing a modem', () => {
  it('tells who it is and has no advice for one that is fine', async () => {
    const report = await bench({ operator: 'Acme Mobile' }).probe();
    expect(report).toMatchObject({
      answers: true,
      usable: true,
      advice: [],
      facts: {
        identity: { manufacturer: 'Switchhook', imei: IDENTITY.imei },
        sim: { state: 'READY', imsi: IDENTITY.imsi },
        registration: 'home',
        operator: 'Acme Mobile',
        signalDbm: -73,
        memories: [{ memory: 'SM', used: 0, total: 20 }],
      },
    });
  });

  it('enters no PIN and says that one is wanted', async () => {
    const { simulator, probe } = bench({ pin: '4711' });
    const report = await probe();
    expect(report.usable).toBe(false);
    expect(report.advice).toEqual(['The SIM card wants its PIN (3 tries left): set it for this modem.']);
    expect(simulator.pinTriesLeft).toBe(3);
  });

  it('touches no message and says that the memory is full', async () => {
    const { simulator, probe } = bench({ storageSize: 1 });
    simulator.receive({ from: '+15550003333', text: 'stay' });
    expect((await probe()).advice).toEqual(['Memory SM is full (1 of 1): nothing can arrive.']);
    expect(simulator.stored).toMatchObject([{ stat: 0 }]);
  });

  it.each([
    [3, 'The network refuses this SIM card'],
    [2, 'The modem is searching'],
    [0, 'The modem is not on a network'],
  ])('says what registration %i means', async (stat, words) => {
    const { simulator, probe } = bench();
    simulator.setRegistration(stat);
    const report = await probe();
    expect(report.usable).toBe(false);
    expect(report.advice.join()).toContain(words);
  });

  it('says when the signal is weak', async () => {
    const { simulator, probe } = bench();
    simulator.setSignal(2);
    expect((await probe()).advice.join()).toContain('-109 dBm');
  });

  it('says what to try where nothing answers', async () => {
    const timers = new FakeTimers();
    const report = await timers.resolve(probeModem(playTranscript('', timers), { timers, port: USB }));
    expect(report).toMatchObject({ answers: false, usable: false });
    expect(report.advice[0]).toContain('Nothing answers AT');
    expect(timers.pending).toBe(0);
  });

  it('gives a rule for a name that stays', () => {
    expect(udevRule(USB, IDENTITY.imei)).toBe(
      'SUBSYSTEM=="tty", ATTRS{idVendor}=="1e0e", ATTRS{idProduct}=="9001", ATTRS{serial}=="0123456789ABCDEF", ' +
        'ENV{ID_USB_INTERFACE_NUM}=="02", SYMLINK+="modem-237518", ENV{ID_MM_DEVICE_IGNORE}="1"',
    );
  });

  it('takes nothing from the device that would break the rule', () => {
    const rule = udevRule({ ...USB, serialNumber: '"; RUN+="x' });
    expect(rule).not.toContain('RUN');
    expect(udevRule({ path: '/dev/ttyS0' })).toBeUndefined();
  });
});
