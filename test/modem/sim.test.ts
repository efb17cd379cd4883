import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/modem/channel.ts';
import { chooseProfile } from '../../src/modem/profiles/index.ts';
import { alsoInProcess, unlockSim } from '../../src/modem/sim.ts';
import { createSimulator } from '../../src/modem/simulator/index.ts';
import { createBench, IDENTITY, MemoryOfPins, plugIn } from './support/bench.ts';
import { FakeTimers } from './support/fake-timers.ts';
import { playTranscript } from './support/scripted-modem.ts';

function withTranscript(text: string) {
  const timers = new FakeTimers();
  const transport = playTranscript(text, timers);
  return { timers, transport, channel: new Channel({ transport, timers }), pins: new MemoryOfPins() };
}

const NO_TRIES = '> AT+CPINR\n< ERROR\n> AT+SPIC\n< ERROR\n';
const NO_CARD_NUMBER = ['AT+CCID', 'AT+QCCID', 'AT^ICCID?', 'AT#CCID'].map((ask) => `> ${ask}\n< ERROR\n`).join('');

describe('the PIN', () => {
  it('is entered once, and the modem becomes ready', async () => {
    const { timers, supervisor, simulator, said } = createBench({ pin: '4711' }, { pin: '4711' });
    await timers.resolve(supervisor.whenReady());
    expect(simulator.pinTriesLeft).toBe(3);
    expect(said.filter((line) => line.startsWith('> AT+CPIN='))).toHaveLength(1);
    await supervisor.close();
  });

  it('that was refused is never entered again, not after hours and not by a new process', async () => {
    const timers = new FakeTimers();
    const pins = new MemoryOfPins();
    const simulator = createSimulator({ ...IDENTITY, timers, pin: '4711' });
    const start = (pin: string) =>
      createBench({}, { pin, pinMemory: pins, timers, open: async () => plugIn(simulator) }).supervisor;
    const first = start('0000');
    await timers.advance(7_200_000);
    expect(simulator.pinTriesLeft).toBe(2);
    expect(first.snapshot()).toMatchObject({ state: 'pin', pinTriesLeft: 2, lastError: { reason: 'sim' } });
    await first.close();
    const second = start('0000');
    await timers.advance(600_000);
    expect(simulator.pinTriesLeft).toBe(2);
    await second.close();
    const corrected = start('4711');
    await timers.resolve(corrected.whenReady());
    expect(simulator.pinTriesLeft).toBe(3);
    await corrected.close();
  });

  it('is never the last try, also where the make of the modem tells the tries in its own way', async () => {
    const tries = '> AT+CPINR\n< ERROR\n> AT+QPINC="SC"\n< +QPINC: "SC",1,10\n< OK\n';
    const said = `> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n${tries}${NO_CARD_NUMBER}`;
    const { timers, transport, channel, pins } = withTranscript(said);
    const pinTries = chooseProfile({ manufacturer: 'Quectel' }).pinTries;
    if (pinTries === undefined) throw new Error('the profile does not say how');
    const options = { pin: '4711', pinMemory: pins, owner: 'm', timers, pinTries };
    expect(await timers.resolve(unlockSim(channel, options))).toMatchObject({
      kind: 'failed',
      error: { text: 'only one try for the PIN is left' },
    });
    expect(transport.complaints()).toEqual([]);
  });

  it('is not tried again when the memory of refused PINs cannot be written', async () => {
    const memory = alsoInProcess({
      isKnownBad: async () => false,
      markBad: async () => {
        throw new Error('read-only');
      },
    });
    await expect(memory.markBad('key')).rejects.toThrow('read-only');
    expect(await memory.isKnownBad('key')).toBe(true);
  });

  it('is not tried when the memory of refused PINs cannot be read', async () => {
    const { timers, supervisor, simulator } = createBench(
      { pin: '4711' },
      {
        pin: '0000',
        pinMemory: {
          isKnownBad: async () => {
            throw new Error('the database is away');
          },
          markBad: async () => undefined,
        },
      },
    );
    await timers.until(() => supervisor.snapshot().state === 'resting');
    expect(supervisor.snapshot().cause).toBe('the database is away');
    expect(simulator.pinTriesLeft).toBe(3);
    await supervisor.close();
  });

  it.each([
    ['no PIN is set', undefined, NO_TRIES, 'SIM PIN required'],
    ['the PIN is none', '12', NO_TRIES, 'the PIN is not a PIN'],
    [
      'one try is left',
      '1234',
      `> AT+CPINR\n< +CPINR: SIM PIN,1,3\n< OK\n${NO_CARD_NUMBER}`,
      'only one try for the PIN is left',
    ],
  ])('is not entered when %s', async (_name, pin, tries, text) => {
    const { timers, transport, channel, pins } = withTranscript(`> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n${tries}`);
    const options = { owner: 'imei', pinMemory: pins, timers, ...(pin === undefined ? {} : { pin }) };
    const outcome = await timers.resolve(unlockSim(channel, options));
    expect(outcome).toMatchObject({ kind: 'failed', error: { reason: 'sim', text } });
    expect(transport.complaints()).toEqual([]);
  });

  it.each([
    ['+CPIN: SIM PUK', 'SIM PUK required'],
    ['+CPIN: PH-NET PIN', 'PH-NET PIN required'],
  ])('%s is for a person, not for a program', async (state, text) => {
    const { timers, channel, pins } = withTranscript(`> AT+CPIN?\n< ${state}\n< OK\n${NO_TRIES}`);
    const outcome = await timers.resolve(unlockSim(channel, { pin: '1234', owner: 'imei', pinMemory: pins, timers }));
    expect(outcome).toMatchObject({ kind: 'failed', error: { reason: 'sim', text } });
  });

  it('waits while the SIM is busy', async () => {
    const { timers, channel, pins } = withTranscript(
      '> AT+CPIN?\n< +CME ERROR: 14\n> AT+CPIN?\n< +CME ERROR: SIM busy\n> AT+CPIN?\n< +CPIN: READY\n< OK\n',
    );
    const outcome = await timers.resolve(unlockSim(channel, { owner: 'imei', pinMemory: pins, timers }));
    expect(outcome).toEqual({ kind: 'ready', entered: false });
  });

  it('a missing OK behind READY is forgiven (Wavecom)', async () => {
    const { timers, channel, pins } = withTranscript('> AT+CPIN?\n< +CPIN: READY\n@ 5000\n> ^[\n@ 1000\n> AT\n< OK\n');
    const outcome = await timers.resolve(unlockSim(channel, { owner: 'imei', pinMemory: pins, timers }));
    expect(outcome).toEqual({ kind: 'ready', entered: false });
  });

  it('remembers a refused PIN by the card, which may move to another modem', async () => {
    const dialogue =
      '> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n> AT+CPINR\n< +CPINR: SIM PIN,3,3\n< OK\n' +
      '> AT+CCID\n< +CCID: 89882390000012345678\n< OK\n';
    const first = withTranscript(`${dialogue}> AT+CPIN="1234"\n< +CME ERROR: 16\n> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n`);
    const options = { pin: '1234', pinMemory: first.pins, timers: first.timers };
    await first.timers.resolve(unlockSim(first.channel, { ...options, owner: 'one modem' }));
    const second = withTranscript(dialogue);
    const outcome = await second.timers.resolve(
      unlockSim(second.channel, { ...options, timers: second.timers, owner: 'another modem' }),
    );
    expect(outcome).toMatchObject({ error: { text: 'the SIM has refused this PIN before' } });
    expect(second.transport.complaints()).toEqual([]);
  });

  it('says when there is no SIM', async () => {
    const { timers, channel, pins } = withTranscript('> AT+CPIN?\n< +CME ERROR: 10\n');
    const outcome = await timers.resolve(unlockSim(channel, { owner: 'imei', pinMemory: pins, timers }));
    expect(outcome).toMatchObject({ kind: 'failed', error: { reason: 'sim', code: 10, advice: 'Insert a SIM card.' } });
  });

  it.each([
    ['ERROR without number', 'ERROR', 1],
    ['incorrect password', '+CME ERROR: 16', 1],
    ['busy', '+CME ERROR: 14', 0],
  ])('%s after the PIN: remembered as wrong unless the SIM was only busy', async (_name, answer, remembered) => {
    const { timers, channel, pins } = withTranscript(
      `> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n${NO_TRIES}${NO_CARD_NUMBER}> AT+CPIN="1234"\n< ${answer}\n> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n`,
    );
    const outcome = await timers.resolve(unlockSim(channel, { pin: '1234', owner: 'imei', pinMemory: pins, timers }));
    expect(outcome).toMatchObject({ kind: 'failed', error: { reason: 'sim' } });
    expect(pins.bad.size).toBe(remembered);
    expect([...pins.bad].join()).not.toContain('1234');
  });
});
