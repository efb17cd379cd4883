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

describe('menus inside menus', () => {
  const nested = documentOf({
    extensions: [{ number: '101' }],
    numbers: [{ number: '+16465550102', routeTo: 'ivr_menu:top' }],
    ivrMenus: [
      { name: 'top', greeting: { say: 'top' }, options: [{ key: '1', to: 'ivr_menu:middle' }], maxTurns: 1 },
      {
        name: 'middle',
        greeting: { say: 'middle' },
        maxTurns: 1,
        options: [
          { key: '1', to: 'ivr_menu:deep' },
          { key: '8', to: 'repeat' },
          { key: '9', to: 'back' },
        ],
      },
      { name: 'deep', greeting: { say: 'deep' }, options: [{ key: '9', to: 'back' }] },
    ],
  });

  /** What is heard after each key. */
  function heard(...keys: readonly string[]): string[] {
    let answer = answerTo(nested, event);
    const texts = [spoken(answer)];
    for (const digits of keys) {
      answer = answerTo(nested, { ...event, digits }, resumeOf(answer));
      texts.push(spoken(answer));
    }
    return texts;
  }

  it.each([
    ['goes back one menu', ['1', '9'], 'top'],
    ['goes back menu by menu', ['1', '1', '9', '9'], 'top'],
    ['goes forward again after going back', ['1', '9', '1', '1', '9'], 'middle'],
    ['repeats at no cost in turns', ['1', '8', '8', '8'], 'middle'],
  ])('%s', (_, keys, last) => {
    expect(heard(...keys).at(-1)).toBe(last);
  });

  it('with nothing to go back to is heard once more', () => {
    const document = documentOf({
      numbers: [{ number: '+16465550102', routeTo: 'ivr_menu:m' }],
      ivrMenus: [{ name: 'm', greeting: { say: 'm' }, options: [{ key: '9', to: 'back' }] }],
    });
    const answer = answerTo(document, { ...event, digits: '9' }, resumeOf(answerTo(document, event)));
    expect(spoken(answer)).toBe('m');
  });

  it('ends when somebody goes to and fro for ever', () => {
    const texts = heard(...Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? '1' : '9')));
    expect(texts.at(-1)).toBe(PHRASES.goingInCircles);
  });
});

describe('what a menu lets callers hear', () => {
  const listening = (parts: object) =>
    documentOf({
      extensions: [{ number: '101' }, { number: '102' }],
      numbers: [{ number: '+16465550102', routeTo: 'ivr_menu:m' }],
      ivrMenus: [
        {
          name: 'm',
          greeting: { say: 'menu' },
          options: [
            { key: '1', to: 'extension:101', name: 'Sales' },
            { key: '2', to: 'extension:102', phrases: ['technical support', 'störung'] },
          ],
          speech: { language: 'de-DE' },
          ...parts,
        },
      ],
    });
  const said = (document: ReturnType<typeof listening>, input: { speech?: string; digits?: string }) =>
    answerTo(document, { ...event, ...input }, resumeOf(answerTo(document, event)));

  it('has prompts of its own for a wrong key and for silence', () => {
    const document = listening({ invalidPrompt: { say: 'wrong' }, noInputPrompt: { say: 'silent' } });
    expect(spoken(said(document, { digits: '9' }))).toBe('wrong menu');
    expect(spoken(said(document, {}))).toBe('silent menu');
  });

  it.each([
    ['Sales', '101'],
    ['sales, please!', '101'],
    ['I have a problem with TECHNICAL   support', '102'],
    ['Störung', '102'],
    ['Stoerung oder störung', '102'],
    ['1', '101'],
    ['２', '102'],
    ['٢', '102'],
  ])('understands "%s"', (speech, number) => {
    expect(rung(said(listening({}), { speech }))).toEqual([number]);
  });

  it.each(['salesman', 'no idea', '', '9'])('does not understand "%s"', (speech) => {
    expect(kinds(said(listening({}), { speech }))).toContain('gather');
  });

  it('without speech hears keys only', () => {
    const document = listening({ speech: undefined, options: [{ key: '1', to: 'extension:101', name: 'Sales' }] });
    expect(stepOf(answerTo(document, event), 'gather').speech).toBeUndefined();
    expect(kinds(said(document, { speech: 'Sales' }))).toContain('gather');
  });

  it('plays an upload, and speaks while there is none', () => {
    const play = { greeting: { play: 'media:welcome' } };
    const known = { ...listening(play), media: [{ name: 'welcome', path: '/media/token.mp3' }] };
    expect(stepOf(answerTo(known, event), 'gather').prompt).toEqual([{ kind: 'play', url: '/media/token.mp3' }]);
    const unknown = { ...listening(play), media: [] };
    expect(spoken(answerTo(unknown, event))).toBe(PHRASES.defaultGreeting);
  });
});
