import { describe, expect, it } from 'vitest';
import { PHRASES } from '../../../src/routing/index.ts';
import { acme, answerTo, documentOf, eventOf, kinds, resumeOf, rung, spoken, stepOf } from '../support.ts';

const event = eventOf({ to: '+16465550102' });

/** The answer to digits typed at the first presentation. */
function typed(digits: string) {
  return answerTo(acme(), { ...event, digits }, resumeOf(answerTo(acme(), event)));
}

describe('IVR menu', () => {
  it('collects as many digits as an extension has, and no key ends the input while # is an option', () => {
    expect(stepOf(answerTo(acme(), event), 'gather')).toMatchObject({
      digits: 3,
      finishOnKey: '',
      betweenDigitsSeconds: 2,
      firstDigitSeconds: 5,
      prompt: [{ kind: 'say', language: 'en-US' }],
    });
  });

  it('brings silence back with the verb after the Gather', () => {
    expect(kinds(answerTo(acme(), event))).toEqual(['gather', 'redirect']);
  });

  it('takes one key at once when no option is longer and nobody can be dialled', () => {
    const document = documentOf({
      numbers: [{ number: '+16465550102', routeTo: 'ivr_menu:m' }],
      ivrMenus: [{ name: 'm', greeting: { play: 'https://x.example/a.mp3' }, options: [{ key: '1', to: 'hangup' }] }],
    });
    expect(stepOf(answerTo(document, event), 'gather')).toMatchObject({
      digits: 1,
      finishOnKey: '#',
      prompt: [{ kind: 'play', url: 'https://x.example/a.mp3' }],
    });
  });

  it.each([
    ['1', 'dial'],
    ['2', 'dial'],
    ['0', 'dial'],
    ['*', 'gather'],
    ['102', 'dial'],
    ['102#', 'dial'],
    ['#', 'hangup'],
  ])('%s leads on', (digits, kind) => {
    expect(kinds(typed(digits))).toContain(kind);
    expect(spoken(typed(digits))).not.toContain(PHRASES.invalidChoice);
  });

  it('0 is a key like any other', () => {
    expect(rung(typed('0'))).toEqual(['101']);
  });

  it.each(['9', '103', '104', '12'])('%s is no option, no active extension: said, and presented again', (digits) => {
    const answer = typed(digits);
    expect(spoken(answer)).toMatch(new RegExp(`^${PHRASES.invalidChoice} For sales`));
    expect(answer.trace).toContain('IVR menu main: presentation 2 of 3');
  });

  it('without directDial an extension number is no choice', () => {
    const document = { ...acme(), ivrMenus: acme().ivrMenus.map((menu) => ({ ...menu, directDial: false })) };
    const answer = answerTo(document, { ...event, digits: '102' }, resumeOf(answerTo(document, event)));
    expect(spoken(answer)).toContain(PHRASES.invalidChoice);
  });

  it('maxTurns 3 means three presentations, silence and wrong keys alike, then the failover', () => {
    let answer = answerTo(acme(), event);
    let presentations = 0;
    for (const digits of [undefined, '9', undefined]) {
      if (kinds(answer).includes('gather')) presentations += 1;
      answer = answerTo(acme(), { ...event, ...(digits === undefined ? {} : { digits }) }, resumeOf(answer));
    }
    expect(presentations).toBe(3);
    expect(rung(answer)).toEqual(['101']);
  });

  it('says so before a failover caused by a wrong key', () => {
    const document = documentOf({
      extensions: [{ number: '101' }],
      numbers: [{ number: '+16465550102', routeTo: 'ivr_menu:m' }],
      ivrMenus: [{ name: 'm', greeting: { say: 'hi' }, maxTurns: 1, failover: 'extension:101' }],
    });
    const answer = answerTo(document, { ...event, digits: '5' }, resumeOf(answerTo(document, event)));
    expect(kinds(answer)).toEqual(['say', 'dial']);
  });
});
