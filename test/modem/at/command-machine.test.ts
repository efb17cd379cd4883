import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AtCommand, action, bareQuery, query, sendCommand } from '../../../src/modem/at/command.ts';
import { step } from '../../../src/modem/at/command-machine.ts';
import {
  type CommandResult,
  idleMachine,
  type MachineEffect,
  type MachineInput,
  type MachineState,
} from '../../../src/modem/at/machine.ts';

function run(inputs: readonly MachineInput[], from: MachineState = idleMachine) {
  let state = from;
  const effects: MachineEffect[] = [];
  for (const input of inputs) {
    const done = step(state, input);
    state = done.state;
    effects.push(...done.effects);
  }
  const results = effects.flatMap((effect) => (effect.kind === 'settle' ? [effect.result] : []));
  const urcs = effects.flatMap((effect) => (effect.kind === 'urc' ? [effect.urc] : []));
  const written = effects.flatMap((effect) => (effect.kind === 'write' ? [effect.text] : []));
  return { state, effects, results, urcs, written };
}

const start = (command: AtCommand): MachineInput => ({ kind: 'start', command });
const line = (text: string): MachineInput => ({ kind: 'line', text });
const prompt: MachineInput = { kind: 'prompt' };
const timeout: MachineInput = { kind: 'timeout' };

const DELIVER = '0791448720003023240DD0E474D81C0EBB010000111011315214000BE474D81C0EBB5DE3771B';
const REPORT = '07914356060013F1065A098136395339F6219011700463802190117004638030';
const SLICE = '0001000A810010325476000000';

/** Indications as a modem may put them anywhere, each with what must come out. */
const INDICATIONS: readonly (readonly [lines: readonly string[], kind: string])[] = [
  [['+CMTI: "SM",3'], 'stored'],
  [['+CDSI: "SR",1'], 'stored'],
  [['+CDS: 24', REPORT], 'routed'],
  [['+CREG: 1,"00C3","0000A2F1"'], 'registration'],
  [['RING'], 'ring'],
  [['+CLIP: "123456789",129'], 'caller'],
  [['^RSSI:17'], 'noise'],
  [['+CUSD: 0,"Hello, world",15'], 'ussd'],
  [['NO CARRIER'], 'noise'],
  [['garbage ~ $'], 'noise'],
  [['RDY'], 'boot'],
];

/** Exchanges, each with all the modem says and how it ends. */
const EXCHANGES: readonly (readonly [
  name: string,
  command: AtCommand,
  said: readonly MachineInput[],
  lines: readonly string[],
])[] = [
  ['a send', sendCommand(SLICE, 12), [prompt, line('+CMGS: 7'), line('OK')], ['+CMGS: 7']],
  [
    'a send with echo',
    sendCommand(SLICE, 12),
    [line('AT+CMGS=12'), prompt, line(SLICE), line('+CMGS: 7'), line('OK')],
    ['+CMGS: 7'],
  ],
  [
    'a list',
    query('AT+CMGL=4', '+CMGL:', { carriesPdu: true }),
    [line('+CMGL: 1,0,,30'), line(DELIVER), line('+CMGL: 2,1,,24'), line(REPORT), line('OK')],
    ['+CMGL: 1,0,,30', DELIVER, '+CMGL: 2,1,,24', REPORT],
  ],
  ['a signal', query('AT+CSQ', '+CSQ:'), [line('+CSQ: 20,0'), line('OK')], ['+CSQ: 20,0']],
];

describe('command machine', () => {
  it('lets no indication, wherever it comes, change an answer, and loses none', () => {
    const place = fc.record({ at: fc.nat(100), which: fc.nat(INDICATIONS.length - 1) });
    fc.assert(
      fc.property(
        fc.constantFrom(...EXCHANGES),
        fc.array(place, { maxLength: 6 }),
        ([, command, said, lines], places) => {
          const inputs: MachineInput[] = [];
          const expected: string[] = [];
          for (const [position, input] of said.entries()) {
            for (const { at, which } of places) {
              const [indication, kind] = INDICATIONS[which] ?? [[], ''];
              if (at % said.length !== position) continue;
              inputs.push(...indication.map(line));
              expected.push(kind);
            }
            inputs.push(input);
          }
          const { results, urcs } = run([start(command), ...inputs]);
          expect(results).toHaveLength(1);
          expect(results[0]).toMatchObject({ kind: 'done', final: { kind: 'ok' }, lines });
          expect(urcs.map((urc) => urc.kind)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(EXCHANGES)('writes nothing during %s but the command and its payload', (_name, command, said) => {
    const { written } = run([start(command), ...said]);
    const payload = command.payload === undefined ? [] : [`${command.payload.hex}\x1a`];
    expect(written).toEqual([`${command.text}\r`, ...payload]);
  });

  it('settles each command exactly once, whatever happens', () => {
    const inputs = fc.array(
      fc.oneof(
        fc.constantFrom<MachineInput>(prompt, timeout, line('OK'), line('ERROR'), line('+CMGS: 1'), line(DELIVER)),
        fc.constantFrom(...INDICATIONS.flatMap(([lines]) => lines)).map(line),
        fc.string({ maxLength: 20 }).map(line),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...EXCHANGES.map(([, command]) => command)), inputs, (command, random) => {
        const { results, state } = run([start(command), ...random]);
        const end = run([{ kind: 'closed' }], state);
        const all: CommandResult[] = [...results, ...end.results];
        expect(all).toHaveLength(1);
        expect(end.state).toEqual(idleMachine);
      }),
      { numRuns: 500 },
    );
  });

  it('never sends a PDU that no prompt has asked for', () => {
    const noPrompt = fc.array(
      fc.oneof(fc.constant(timeout), fc.constantFrom('OK', 'ERROR', '>', '+CMS ERROR: 304', 'RDY').map(line)),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(noPrompt, (inputs) => {
        const { written } = run([start(sendCommand(SLICE, 12)), ...inputs]);
        expect(written.some((text) => text.includes(SLICE) || text.includes('\x1a'))).toBe(false);
      }),
    );
  });

  it('an indication of a two-line kind keeps waiting for its PDU when another squeezes in', () => {
    const { urcs } = run([line('+CDS: 24'), line('+CMTI: "SM",3'), line('^RSSI:1'), line(REPORT)]);
    expect(urcs.map((urc) => urc.kind)).toEqual(['stored', 'noise', 'routed']);
  });

  it('a header whose PDU was lost does not steal the PDU of a later answer', () => {
    const read = query('AT+CMGR=1', '+CMGR:', { carriesPdu: true });
    const { results, urcs } = run([line('+CDS: 24'), start(read), line('+CMGR: 0,,24'), line(REPORT), line('OK')]);
    expect(results[0]).toMatchObject({ lines: ['+CMGR: 0,,24', REPORT] });
    expect(urcs).toEqual([]);
  });

  it('gives a PDU of an unexpected length to the answer that waits for one', () => {
    const read = query('AT+CMGR=1', '+CMGR:', { carriesPdu: true });
    const { results } = run([start(read), line('+CMGR: ,,99'), line(REPORT), line('OK')]);
    expect(results[0]).toMatchObject({ lines: ['+CMGR: ,,99', REPORT] });
  });

  it('tells an answer to AT+CPIN? from the line a starting modem says', () => {
    expect(run([line('+CPIN: READY')]).urcs).toMatchObject([{ kind: 'boot' }]);
    const asked = run([start(query('AT+CPIN?', '+CPIN:')), line('+CPIN: READY'), line('OK')]);
    expect(asked.urcs).toEqual([]);
    expect(asked.results[0]).toMatchObject({ lines: ['+CPIN: READY'] });
  });

  it('takes bare text for the answer only where it is expected', () => {
    const asked = run([start(bareQuery('AT+CGMI')), line('AT+CGMI'), line('Acme'), line('RING'), line('OK')]);
    expect(asked.results[0]).toMatchObject({ lines: ['Acme'] });
    const told = run([start(action('AT+CMGF=0')), line('Acme'), line('OK')]);
    expect(told.results[0]).toMatchObject({ lines: [] });
    expect(told.urcs).toEqual([{ kind: 'noise', line: 'Acme' }]);
  });

  it('a call that ends elsewhere ends a dialling command only', () => {
    expect(run([start(action('AT+CMGD=1')), line('BUSY')]).results).toEqual([]);
    expect(run([start(action('ATD123;')), line('BUSY')]).results).toMatchObject([{ final: { kind: 'call' } }]);
  });
});
