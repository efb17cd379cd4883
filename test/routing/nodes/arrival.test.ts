import { describe, expect, it } from 'vitest';
import { PHRASES, type VoiceEvent } from '../../../src/routing/index.ts';
import { acme, answerTo, dialedBy, eventOf, kinds, rung, spoken, stepOf } from '../support.ts';

describe('a caller from outside', () => {
  const claims: readonly (readonly [string, Partial<VoiceEvent>])[] = [
    ['an extension as the called party', { to: '101' }],
    ['to be an extension over a trunk', { from: '101', to: '102', direction: 'subscriber' }],
    ['to be a subscriber without an extension of ours', { direction: 'subscriber', to: '102', overTrunk: false }],
    ['to be an inactive extension', { from: '103', to: '102', direction: 'subscriber', overTrunk: false }],
    ['to be an extension that is no phone', { from: '600', to: '102', direction: 'subscriber', overTrunk: false }],
    ['to be placed by the API', { from: '101', to: '102', direction: 'outbound-api' }],
    [
      'to be placed by the API, without a trunk',
      { from: '101', to: '102', direction: 'outbound-api', overTrunk: false },
    ],
    [
      'a number outside, from an extension, over a trunk',
      { from: '101', to: '+447911123456', direction: 'subscriber' },
    ],
    ['a number outside by the API', { from: '101', to: '+447911123456', direction: 'outbound-api', overTrunk: false }],
    ['nothing at all', { from: '', to: '' }],
  ];
  it.each(claims)('who claims %s reaches nobody and hears so', (_claim, parts) => {
    const answer = answerTo(acme(), eventOf(parts));
    expect(spoken(answer)).toBe(PHRASES.notInService);
    expect(kinds(answer)).not.toContain('dial');
    expect(answer.ended).toBe(true);
  });

  it.each(['+16465550104', '16465550104', '0016465550104', '6465550104', '+1 646 555 0104'])(
    'reaches a number of ours spelled %s',
    (to) => {
      const answer = answerTo(acme(), eventOf({ to }));
      expect(rung(answer)).toEqual(['101']);
      expect(answer.did).toBe('+16465550104');
    },
  );

  it('hears a sentence for an inactive number, and the call is rejected unanswered', () => {
    const answer = answerTo(acme(), eventOf({ to: '+16465550106' }));
    expect(answer.steps).toEqual([
      { kind: 'say', text: PHRASES.notInService, early: true },
      { kind: 'reject', reason: 'failed' },
    ]);
    expect(answer.trace).toContain('number +16465550106 is inactive');
  });
});

describe('the blacklist', () => {
  it.each([
    ['+19005550666', 'reject'],
    ['19005550666', 'reject'],
    ['+19761234567', 'hangup'],
    ['+16465551999', 'reject'],
    ['6465551999', 'reject'],
  ])('refuses %s with %s and without a word', (from, kind) => {
    const answer = answerTo(acme(), eventOf({ from, to: '+16465550104' }));
    expect(kinds(answer)).toEqual([kind]);
    expect(answer.effects).toMatchObject([{ kind: 'blocked' }]);
  });

  it.each(['+19005550667', '+16465551998', 'anonymous', ''])('lets %s through', (from) => {
    expect(rung(answerTo(acme(), eventOf({ from, to: '+16465550104' })))).toEqual(['101']);
  });

  it('does not apply to calls between our phones', () => {
    const document = { ...acme(), inboundBlacklist: [{ ...acme().inboundBlacklist[0], pattern: '101' }] } as ReturnType<
      typeof acme
    >;
    expect(rung(answerTo(document, dialedBy('101', '102')))).toEqual(['102']);
  });
});

describe('a phone of ours', () => {
  it('rings another extension for noAnswerTimeoutSeconds', () => {
    const answer = answerTo(acme(), dialedBy('101', '102'));
    expect(stepOf(answer, 'dial')).toMatchObject({ targets: [{ kind: 'number', number: '102' }], timeoutSeconds: 45 });
  });

  it.each(['+16465550101', '6465550101', '16465550101'])('that dials our own number as %s stays inside', (to) => {
    const answer = answerTo(acme(), dialedBy('101', to));
    expect(rung(answer)).toEqual(['101', '102']);
    expect(stepOf(answer, 'dial')).not.toHaveProperty('trunk');
  });

  it('that dials our own inactive number does not leave by a trunk either', () => {
    expect(spoken(answerTo(acme(), dialedBy('101', '+16465550106')))).toBe(PHRASES.notInService);
  });

  it.each([
    ['+12025550123', 'carrier-us'],
    ['2025550123', 'carrier-us'],
    ['+447911123456', 'carrier-uk-mobile'],
    ['00447911123456', 'carrier-uk-mobile'],
  ])('dials %s over the trunk of the longest prefix, with its own caller id', (to, trunk) => {
    expect(stepOf(answerTo(acme(), dialedBy('101', to)), 'dial')).toMatchObject({ trunk, callerId: '+16465550100' });
  });

  it('without a caller id of its own shows the main number', () => {
    expect(stepOf(answerTo(acme(), dialedBy('102', '+12025550123')), 'dial').callerId).toBe('+16465550100');
  });

  it('is refused politely where no prefix matches', () => {
    const answer = answerTo(acme(), dialedBy('101', '+4930123456'));
    expect(spoken(answer)).toBe(PHRASES.outboundRefused);
    expect(answer.ended).toBe(true);
  });

  it.each(['999', '*45', 'spy_x', '97', ''])('that dials %j hears that it does not exist', (to) => {
    const answer = answerTo(acme(), dialedBy('101', to));
    expect(spoken(answer)).toBe(PHRASES.extensionUnknown);
    expect(kinds(answer)).toEqual(['say', 'reject']);
  });

  it('that dials an inactive extension hears that it is not available', () => {
    expect(spoken(answerTo(acme(), dialedBy('101', '103')))).toBe(PHRASES.extensionUnavailable);
  });
});

describe('a call the API placed', () => {
  it('is treated as a call to the number it showed', () => {
    const answer = answerTo(
      acme(),
      eventOf({ direction: 'outbound-api', overTrunk: false, from: '+16465550104', to: '+12025550123' }),
    );
    expect(rung(answer)).toEqual(['101']);
  });

  it('is never rejected, because it is answered already', () => {
    const answer = answerTo(acme(), eventOf({ direction: 'outbound-api', overTrunk: false, from: '1', to: '2' }));
    expect(kinds(answer)).toEqual(['say', 'hangup']);
  });
});
