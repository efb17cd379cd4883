import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VENDORS } from '../../src/modem/simulator/index.ts';
import { decodeUssd, encodeUssd, isUssdText, USSD_GSM7 } from '../../src/modem/ussd/text.ts';
import { createBench } from './support/bench.ts';

const ucs2 = (text: string) =>
  [...text]
    .map((char) => char.charCodeAt(0).toString(16).padStart(4, '0'))
    .join('')
    .toUpperCase();

describe('USSD texts', () => {
  it.each<[string, string, number | undefined, boolean, string]>([
    ['plain text', 'Your balance is 5.00', 15, false, 'Your balance is 5.00'],
    ['a number only stays a number', '5000', 15, false, '5000'],
    ['UCS-2 by its coding', ucs2('Баланс 10р'), 72, false, 'Баланс 10р'],
    ['UCS-2 by its look', ucs2('Credit: 3 €'), undefined, false, 'Credit: 3 €'],
    ['packed septets of a Huawei', encodeUssd('Credit 12.50 EUR', true), 15, true, 'Credit 12.50 EUR'],
    ['packed septets by their look', encodeUssd('Guthaben: 12,50', true), 15, false, 'Guthaben: 12,50'],
    ['rubbish behind a NUL', 'fine\u0000xx', 15, false, 'fine'],
    ['a menu', '1 Credit\n\n2 Data', 15, false, '1 Credit\n2 Data'],
  ])('%s', (_name, text, coding, packed, expected) => {
    expect(decodeUssd(text, coding, packed)).toBe(expected);
  });

  it('a packed request is read back as it was written', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'*#0123456789 abcXYZ'), minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(letters, (text) => {
        expect(decodeUssd(encodeUssd(text, true), USSD_GSM7, true)).toBe(text.trim());
      }),
    );
  });

  it('whatever a modem says, there is a text', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.nat(255), { nil: undefined }), fc.boolean(), (text, coding, packed) => {
        expect(typeof decodeUssd(text, coding, packed)).toBe('string');
      }),
    );
  });

  it('what would end the command is no text', () => {
    for (const bad of ['', '*100#"', 'a\rb', '\u001a', '😀']) expect(isUssdText(bad)).toBe(false);
    expect(isUssdText('*100#')).toBe(true);
  });
});

describe('a USSD dialogue', () => {
  it('brings the answer of the network, and messages go on meanwhile', async () => {
    const { timers, supervisor, said } = createBench({ ussd: { '*100#': 'Balance 3.20' } });
    await timers.resolve(supervisor.whenReady());
    const answer = supervisor.ussd({ text: '*100#', isAnswer: false });
    expect(await timers.resolve(answer)).toEqual({ kind: 'reply', text: 'Balance 3.20', open: false });
    expect(said).toContain('> AT+CUSD=1,"*100#",15');
    await timers.resolve(supervisor.close());
  });

  it('keeps a menu open for the answer', async () => {
    const { timers, supervisor, said } = createBench({ ussd: { '*101#': '1 Credit\r\n2 Data?', 2: 'Data 3 GB' } });
    await timers.resolve(supervisor.whenReady());
    expect(await timers.resolve(supervisor.ussd({ text: '*101#', isAnswer: false }))).toEqual({
      kind: 'reply',
      text: '1 Credit\n2 Data?',
      open: true,
    });
    expect(said).not.toContain('> AT+CUSD=2');
    expect(await timers.resolve(supervisor.ussd({ text: '2', isAnswer: true }))).toEqual({
      kind: 'reply',
      text: 'Data 3 GB',
      open: false,
    });
    await timers.resolve(supervisor.close());
  });

  it('ends an open menu before another code, which the network would take for the answer', async () => {
    const { timers, supervisor, said } = createBench({ ussd: { '*101#': '1 Credit?', '*100#': 'Balance 3.20' } });
    await timers.resolve(supervisor.whenReady());
    await timers.resolve(supervisor.ussd({ text: '*101#', isAnswer: false }));
    await timers.resolve(supervisor.ussd({ text: '*100#', isAnswer: false }));
    expect(said.filter((line) => line.startsWith('> AT+CUSD'))).toEqual([
      '> AT+CUSD=1,"*101#",15',
      '> AT+CUSD=2',
      '> AT+CUSD=1,"*100#",15',
    ]);
    await timers.resolve(supervisor.close());
  });

  it('says so when the network does not know the code, and when it does not answer', async () => {
    const { timers, supervisor, simulator } = createBench();
    await timers.resolve(supervisor.whenReady());
    expect(await timers.resolve(supervisor.ussd({ text: '*999#', isAnswer: false }))).toMatchObject({
      kind: 'failed',
      error: { class: 'permanent' },
    });
    simulator.inject({ command: /^AT\+CUSD=1/, fault: { kind: 'refuse', line: 'OK' } });
    const unanswered = await timers.resolve(supervisor.ussd({ text: '*100#', isAnswer: false }));
    expect(unanswered).toMatchObject({ kind: 'failed', error: { text: 'the network did not answer' } });
    await timers.resolve(supervisor.close());
  });

  it('that the network ends while it waits for us is over, and the next code begins anew', async () => {
    const { timers, supervisor, simulator, said } = createBench({
      ussd: { '*101#': '1 Credit?', '*100#': 'Balance 3.20' },
    });
    const events: string[] = [];
    supervisor.onEvent(({ kind, detail }) => events.push(`${kind}: ${detail}`));
    await timers.resolve(supervisor.whenReady());
    await timers.resolve(supervisor.ussd({ text: '*101#', isAnswer: false }));
    simulator.say('+CUSD: 2');
    await timers.settle();
    expect(events).toContain('ussd-ended: the network ended the dialogue');
    await timers.resolve(supervisor.ussd({ text: '*100#', isAnswer: false }));
    expect(said).not.toContain('> AT+CUSD=2');
    await timers.resolve(supervisor.close());
  });

  it('with a Huawei stick goes as packed septets in both directions', async () => {
    const { timers, supervisor, said } = createBench({ ...VENDORS.huawei });
    await timers.resolve(supervisor.whenReady());
    const answer = await timers.resolve(supervisor.ussd({ text: '*100#', isAnswer: false }));
    expect(answer).toMatchObject({ kind: 'reply', text: expect.stringContaining('12.50 EUR') });
    expect(said).toContain('> AT+CUSD=1,"AA180C3602",15');
    await timers.resolve(supervisor.close());
  });
});
