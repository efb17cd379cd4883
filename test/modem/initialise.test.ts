import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/modem/channel.ts';
import { initialise } from '../../src/modem/initialise.ts';
import { readRegistration } from '../../src/modem/network.ts';
import { MemoryOfPins } from './support/bench.ts';
import { FakeTimers } from './support/fake-timers.ts';
import { type AnswerRule, ruleModem } from './support/rule-modem.ts';

async function start(rules: readonly AnswerRule[], pin?: string) {
  const timers = new FakeTimers();
  const modem = ruleModem(...rules);
  const channel = new Channel({ transport: modem, timers });
  const options = { path: '/dev/modem', pinMemory: new MemoryOfPins(), timers };
  const before = timers.nowMs();
  const outcome = await timers.resolve(initialise(channel, pin === undefined ? options : { ...options, pin }));
  return { outcome, modem, channel, timers, tookMs: timers.nowMs() - before };
}

/** Answers in turn; the last one stays. */
function inTurn(...answers: readonly string[]): () => string {
  let next = 0;
  return () => {
    const answer = answers[Math.min(next, answers.length - 1)] ?? '';
    next += 1;
    return answer;
  };
}

describe('starting a modem', () => {
  it('leaves a well-behaved one ready within a second', async () => {
    const { outcome, tookMs, modem } = await start([]);
    expect(outcome).toEqual({
      kind: 'ready',
      setup: {
        identity: { manufacturer: 'Acme', model: 'M1', revision: '1.0', imei: '490154203237518' },
        profile: expect.objectContaining({ name: 'generic' }),
        sim: { imsi: '001010123456789', iccid: '89882390000012345678' },
        memories: { read: 'SM', write: 'SM', receive: 'SM', sweep: ['SM', 'ME'] },
        acknowledges: true,
        indications: [2, 1, 0, 1, 0],
        serviceCentre: '+15550009999',
      },
    });
    expect(tookMs).toBeLessThan(1_000);
    expect(modem.typed).not.toContain('AT+CFUN=1');
  });

  it('begins with ESC and never types ctrl-Z', async () => {
    const { modem } = await start([]);
    expect(modem.raw().startsWith('\u001bAT\r')).toBe(true);
    expect(modem.raw()).not.toContain('\u001a');
  });

  it.each<[string, AnswerRule, string]>([
    ['nothing answers', [/^AT/, null], 'AT'],
    ['the form of answers cannot be set', [/^ATE0/, 'ERROR'], 'ATE0V1Q0'],
    ['PDU mode is refused', [/^AT\+CMGF=0/, '+CMS ERROR: 303'], 'AT+CMGF=0'],
    ['there is no memory', [/^AT\+CPMS/, 'ERROR'], 'AT+CPMS'],
    ['there is no SIM', [/^AT\+CPIN\?/, '+CME ERROR: 10'], 'AT+CPIN'],
  ])('fails when %s', async (_name, rule, step) => {
    const { outcome } = await start([rule]);
    expect(outcome).toMatchObject({ kind: 'failed', step });
  });

  it.each<[string, readonly RegExp[]]>([
    ['identification', [/^AT\+CG/, /^AT\+CIMI/, /^AT\+CCID/]],
    ['error numbers', [/^AT\+CMEE/]],
    ['registration indications', [/^AT\+C.?REG=/]],
    ['phase 2+', [/^AT\+CSMS/]],
    ['a list of memories', [/^AT\+CPMS=\?/]],
    ['the service centre', [/^AT\+CSCA/]],
    ['indications', [/^AT\+CNMI/]],
    ['the radio switch', [/^AT\+CFUN/]],
  ])('goes on without %s', async (_name, refused) => {
    const { outcome } = await start(refused.map((pattern): AnswerRule => [pattern, 'ERROR']));
    expect(outcome.kind).toBe('ready');
  });

  it('wakes a modem that answers only the third AT', async () => {
    let count = 0;
    const third: AnswerRule = [/^AT(Q0)?$/, () => (++count < 3 ? null : 'OK')];
    expect((await start([third])).outcome.kind).toBe('ready');
  });

  it('brings a modem back that was left answering in digits', async () => {
    expect((await start([[/^AT$/, '0']])).outcome.kind).toBe('ready');
  });

  it('turns the radio on', async () => {
    const { modem } = await start([
      [/^AT\+CFUN\?/, '+CFUN: 4|OK'],
      [/^AT\+CFUN=1/, 'OK'],
    ]);
    expect(modem.typed).toContain('AT+CFUN=1');
  });

  it('waits after the PIN until the SIM can take messages', async () => {
    const { outcome, timers } = await start(
      [
        [/^AT\+CPIN\?/, '+CPIN: SIM PIN|OK'],
        [/^AT\+CPIN=/, 'OK'],
        [
          /^AT\+CPMS\?/,
          inTurn('+CMS ERROR: 311', '+CMS ERROR: 314', '+CMS ERROR: 302', '+CMS ERROR: 500', '+CPMS: "SM",0,20|OK'),
        ],
      ],
      '4711',
    );
    expect(outcome.kind).toBe('ready');
    expect(timers.nowMs()).toBeGreaterThan(2_500);
  });

  it('takes another memory where the listed one is refused', async () => {
    const { outcome } = await start([[/^AT\+CPMS="SM"/, '+CMS ERROR: 302']]);
    expect(outcome).toMatchObject({ setup: { memories: { read: 'ME', receive: 'ME' } } });
  });

  it('stores reports where the modem announces routed ones and refuses them', async () => {
    const { outcome } = await start([
      [/^AT\+CNMI=2,1,0,1/, '+CMS ERROR: 303'],
      [/^AT\+CNMI\?/, '+CNMI: 2,1,0,2,0|OK'],
    ]);
    expect(outcome).toMatchObject({ setup: { indications: [2, 1, 0, 2, 0] } });
  });

  it('does not believe an OK that the modem takes back', async () => {
    const { outcome, modem } = await start([[/^AT\+CNMI\?/, inTurn('+CNMI: 0,0,0,0,0|OK', '+CNMI: 2,1,0,2,0|OK')]]);
    expect(outcome).toMatchObject({ setup: { indications: [2, 1, 0, 2, 0] } });
    expect(modem.typed.filter((line) => /CNMI=\d/.test(line))).toEqual(['AT+CNMI=2,1,0,1,0', 'AT+CNMI=2,1,0,2,0']);
  });

  it('gives a family of modems what only it needs', async () => {
    const { modem, outcome } = await start([
      [/^AT\+CGMI/, '^RSSI:12|huawei|OK'],
      [/^AT\^CURC=0/, 'OK'],
    ]);
    expect(modem.typed).toContain('AT^CURC=0');
    expect(outcome).toMatchObject({ setup: { identity: { manufacturer: 'huawei' } } });
    expect((await start([])).modem.typed).not.toContain('AT^CURC=0');
  });
});

describe('registration of a modem', () => {
  it.each<[string, readonly AnswerRule[], string | undefined]>([
    ['home', [], 'home'],
    [
      'on LTE only',
      [
        [/^AT\+CREG\?/, '+CREG: 1,0|OK'],
        [/^AT\+CEREG\?/, '+CEREG: 1,5|OK'],
      ],
      'roaming',
    ],
    ['nowhere', [[/^AT\+CREG\?/, '+CREG: 1,3|OK']], 'denied'],
    ['with an indication in between', [[/^AT\+CREG\?/, '+CREG: 2|+CREG: 1,1|OK']], 'home'],
    ['without an answer', [[/REG\?/, 'ERROR']], undefined],
  ])('%s', async (_name, rules, state) => {
    const { channel, timers } = await start(rules);
    expect(await timers.resolve(readRegistration(channel))).toBe(state);
  });
});
