import { describe, expect, it } from 'vitest';
import { advance, type CallerInput, type PlayedVerb, parseCallerInput } from '../../src/routing/index.ts';

const gather: PlayedVerb<string> = {
  kind: 'gather',
  digits: 3,
  finishOnKey: '#',
  hasSpeech: false,
  action: 'gathered',
};
const redirect: PlayedVerb<string> = { kind: 'redirect', to: 'redirected' };

describe('the rules of CXML', () => {
  it.each<readonly [string, PlayedVerb<string>[], CallerInput | undefined, unknown]>([
    [
      'digits go to the action',
      [gather, redirect],
      { kind: 'digits', digits: '12' },
      { resume: 'gathered', input: { digits: '12' } },
    ],
    ['no more digits than wanted', [gather], { kind: 'digits', digits: '12345' }, { input: { digits: '123' } }],
    ['the finishing key is not included', [gather], { kind: 'digits', digits: '1#2' }, { input: { digits: '1' } }],
    [
      'a lone finishing key is an empty result',
      [gather, redirect],
      { kind: 'digits', digits: '#' },
      { resume: 'redirected' },
    ],
    [
      'an empty Gather falls through',
      [gather, redirect],
      { kind: 'noinput' },
      { resume: 'redirected', isInputUsed: true },
    ],
    ['an empty Gather as the last verb ends the call', [gather], { kind: 'noinput' }, { kind: 'ended' }],
    [
      'speech is nothing to a Gather for keys',
      [gather, redirect],
      { kind: 'speech', text: 'sales' },
      { resume: 'redirected' },
    ],
    ['a Gather waits', [gather, redirect], undefined, { kind: 'waiting', for: 'digits' }],
    ['a Gather does not take a Dial result', [gather], { kind: 'dial', outcome: 'busy' }, { kind: 'waiting' }],
    [
      'after a Dial with action nothing follows',
      [{ kind: 'dial', action: 'dialed' }, redirect],
      { kind: 'dial', outcome: 'busy' },
      { resume: 'dialed', input: { outcome: 'busy' } },
    ],
    [
      'a Dial without action falls through',
      [{ kind: 'dial' }, redirect],
      { kind: 'dial', outcome: 'busy' },
      { resume: 'redirected' },
    ],
    [
      'a Dial nobody cares about is not answered',
      [{ kind: 'dial', action: 'dialed' }],
      { kind: 'noinput' },
      { input: { outcome: 'no-answer' } },
    ],
    [
      'a Dial does not take digits',
      [{ kind: 'dial', action: 'dialed' }],
      { kind: 'digits', digits: '1' },
      { kind: 'waiting', for: 'dial' },
    ],
    ['a Redirect needs nothing', [redirect], undefined, { resume: 'redirected', isInputUsed: false }],
    ['a document without verbs ends the call', [], { kind: 'noinput' }, { kind: 'ended' }],
    ['nothing follows a Hangup', [{ kind: 'end' }, redirect], undefined, { kind: 'ended' }],
  ])('%s', (_rule, verbs, input, expected) => {
    expect(advance(verbs, input)).toMatchObject(expected as object);
  });
});

describe('caller input', () => {
  it.each([
    ['digits:12#', { kind: 'digits', digits: '12#' }],
    ['noinput', { kind: 'noinput' }],
    ['speech:two words', { kind: 'speech', text: 'two words' }],
    ['dial:no-answer', { kind: 'dial', outcome: 'no-answer' }],
    ['dial:completed', { kind: 'dial', outcome: 'answered' }],
    ['digits:', undefined],
    ['digits:abc', undefined],
    ['dial:maybe', undefined],
    ['dial:constructor', undefined],
    ['shout', undefined],
  ])('%s', (text, expected) => {
    expect(parseCallerInput(text)).toEqual(expected);
  });
});
