import { describe, expect, it } from 'vitest';
import { compile, decide, PHRASES, type PlanDocumentInput, validate } from '../../../src/routing/index.ts';
import { beyondReach } from '../../../src/routing/outside/reach.ts';
import { answerTo, dialedBy, documentOf, eventOf, kinds, NOON, rung, spoken, stepOf } from '../support.ts';

type Extension = NonNullable<PlanDocumentInput['extensions']>[number];

function office(extension: Partial<Extension> = {}, voice: PlanDocumentInput['voice'] = {}) {
  return documentOf({
    organization: { slug: 'test', name: 'Test', timezone: 'America/New_York' },
    extensions: [
      { number: '101', ...extension },
      { number: '109', type: 'forward', forwardTo: '+12025550123' },
    ],
    numbers: [
      { number: '+16465550100', routeTo: 'extension:101' },
      { number: '+16465550101', routeTo: 'forward:+12025550123' },
      { number: '+16465550102', routeTo: 'extension:101', status: 'inactive' },
      { number: '+16465550109', routeTo: 'extension:109' },
    ],
    outboundWhitelist: [
      { prefix: '+1', trunk: 'us' },
      { prefix: '+1900', trunk: 'premium' },
      { prefix: '+1876', trunk: 'caribbean' },
      { prefix: '+44', trunk: 'uk', callerId: '+16465550109', costWeight: 7 },
      { prefix: '+4479', trunk: 'uk-mobile' },
      { prefix: '+870', trunk: 'satellite' },
      { prefix: '+49', trunk: 'off', status: 'inactive' },
    ],
    voice,
  });
}

describe('how far a telephone may call', () => {
  const table: readonly (readonly [Extension['outbound'], Readonly<Record<string, boolean>>])[] = [
    ['none', { '+12025550123': false, '+442071234567': false }],
    ['national', { '+12025550123': true, '+18765550123': false, '+442071234567': false, '+19005550123': false }],
    [
      'international',
      {
        '+12025550123': true,
        '+18765550123': true,
        '+442071234567': true,
        '+19005550123': false,
        '+870776123456': false,
      },
    ],
    ['all', { '+12025550123': true, '+19005550123': true, '+870776123456': true }],
  ];
  const cases = table.flatMap(([outbound, numbers]) =>
    Object.entries(numbers).map(([to, isAllowed]) => [outbound, to, isAllowed] as const),
  );
  it.each(cases)('%s: %s is let out: %s', (outbound, to, isAllowed) => {
    for (const document of [office({ outbound }), office({}, { outbound })]) {
      const answer = answerTo(document, dialedBy('101', to));
      if (isAllowed) expect(rung(answer)).toEqual([to]);
      else expect(spoken(answer)).toBe(PHRASES.outboundRefused);
    }
  });

  it("an extension's own permission goes before the organization's", () => {
    const document = office({ outbound: 'all' }, { outbound: 'none' });
    expect(rung(answerTo(document, dialedBy('101', '+12025550123')))).toEqual(['+12025550123']);
  });

  it('never matters inside', () => {
    expect(rung(answerTo(office({ outbound: 'none' }), dialedBy('101', '101')))).toEqual(['101']);
    expect(rung(answerTo(office({ outbound: 'none' }), dialedBy('101', '6465550100')))).toEqual(['101']);
  });

  it('national is refused where the region is unknown, rather than guessed', () => {
    expect(beyondReach('national', '+12025550123', undefined)).toMatch(/region/);
  });
});

describe('a forward', () => {
  it('leaves only with its own permission, whoever calls it', () => {
    const document = documentOf({
      ...office(),
      extensions: [{ number: '101' }, { number: '109', type: 'forward', forwardTo: '+12025550123', outbound: 'none' }],
    });
    for (const event of [eventOf({ to: '+16465550109' }), dialedBy('101', '109')]) {
      expect(spoken(answerTo(document, event))).toBe(PHRASES.outboundRefused);
    }
  });

  it('is no way out for a caller without permission of their own, nor a way around the whitelist', () => {
    expect(spoken(answerTo(office({ outbound: 'none' }), dialedBy('101', '+16465550101')))).toBe(
      PHRASES.outboundRefused,
    );
    expect(rung(answerTo(office(), eventOf({ to: '+16465550101' })))).toEqual(['+12025550123']);
    const unlisted = documentOf({ ...office(), outboundWhitelist: [] });
    expect(spoken(answerTo(unlisted, eventOf({ to: '+16465550109' })))).toBe(PHRASES.outboundRefused);
  });
});

describe('a forward in a ring group', () => {
  const group = (forward: Partial<Extension>, voice: PlanDocumentInput['voice'] = {}) =>
    documentOf({
      ...office({}, voice),
      extensions: [{ number: '101' }, { number: '109', type: 'forward', forwardTo: '+12025550123', ...forward }],
      ringGroups: [
        { name: 'g', strategy: 'sequential', members: ['109', '101'], maxCallDurationSeconds: 600, timeoutSeconds: 9 },
      ],
      numbers: [
        { number: '+16465550100', routeTo: 'ring_group:g' },
        { number: '+16465550109', routeTo: 'extension:101' },
      ],
    });

  it('rings over its trunk, no longer than the group allows, and comes back to the group', () => {
    const dial = stepOf(answerTo(group({}), eventOf()), 'dial');
    expect(dial).toMatchObject({ trunk: 'us', timeoutSeconds: 9, timeLimitSeconds: 600 });
    expect(dial.resume.node).toBe('ring_group:g');
  });

  it('is passed over when it may not call outside, or has used up its limit', () => {
    expect(rung(answerTo(group({ outbound: 'none' }), eventOf()))).toEqual(['101']);
    const limited = group({ outboundLimits: { callsPerDay: 1 } });
    const counters = (answer: number) => ({ counters: { 'usage:109:+12025550123': answer } });
    expect(rung(answerTo(limited, eventOf(), undefined, counters(-1)))).toEqual(['101']);
    expect(stepOf(answerTo(limited, eventOf(), undefined, counters(30)), 'dial').timeLimitSeconds).toBe(30);
  });

  it('and a telephone that does not want to be disturbed are not rung', () => {
    const document = documentOf({
      ...group({ outbound: 'none' }),
      extensions: [
        { number: '101', doNotDisturb: true },
        { number: '109', type: 'forward', forwardTo: '+12025550123', outbound: 'none' },
      ],
    });
    const answer = answerTo(document, eventOf());
    expect(kinds(answer)).not.toContain('dial');
    expect(answer.trace.join()).toMatch(/member 101 skipped: does not want to be disturbed/);
  });
});

describe('the trunk', () => {
  it.each([
    ['+12025550123', 'us'],
    ['(202) 555-0123', 'us'],
    ['01144 20 7123 4567', 'uk'],
    ['+447911123456', 'uk-mobile'],
    ['٢٠٢٥٥٥٠١٢٣', 'us'],
  ])('%s leaves over %s, the longest prefix', (to, trunk) => {
    expect(stepOf(answerTo(office(), dialedBy('101', to)), 'dial').trunk).toBe(trunk);
  });

  it.each([
    '+4930123456',
    '+33123456789',
    '20255501',
    '‮+12025550123',
    '+1202555012a',
    '+'.repeat(500),
    '1'.repeat(400),
  ])('there is none for %s', (to) => {
    expect(kinds(answerTo(office(), dialedBy('101', to)))).not.toContain('dial');
  });
});

describe('the number that is shown', () => {
  const shownBy = (extension: Partial<Extension>, voice: PlanDocumentInput['voice'], to = '+12025550123') =>
    answerTo(office(extension, voice), dialedBy('101', to));

  it.each<readonly [string, Partial<Extension>, PlanDocumentInput['voice'], string, string]>([
    [
      "the extension's own",
      { callerId: '+16465550101', user: 'alma' },
      { userCallerIds: { alma: '+16465550109' } },
      '+12025550123',
      '+16465550101',
    ],
    ["its user's", { user: 'alma' }, { userCallerIds: { alma: '+16465550109' } }, '+12025550123', '+16465550109'],
    ["the whitelist entry's", {}, {}, '+442071234567', '+16465550109'],
    ["the organization's", {}, { callerId: '+16465550109' }, '+12025550123', '+16465550109'],
    ['the main number', {}, {}, '+12025550123', '+16465550100'],
    [
      'a verified one',
      { callerId: '+16465559999' },
      { verifiedCallerIds: ['+16465559999'] },
      '+12025550123',
      '+16465559999',
    ],
  ])('is %s', (_whose, extension, voice, to, shown) => {
    expect(stepOf(shownBy(extension, voice, to), 'dial').callerId).toBe(shown);
  });

  it.each(['+12125550199', '+16465550102'])('is never %s, which is not ours: the next one is', (callerId) => {
    const answer = shownBy({ callerId }, {});
    expect(stepOf(answer, 'dial').callerId).toBe('+16465550100');
    expect(answer.trace.join()).toMatch(/not a number of ours/);
    expect(validate(office({ callerId })).map(({ path }) => path)).toContain('extensions.0.callerId');
    expect(stepOf(shownBy({}, { callerId }), 'dial').callerId).toBe('+16465550100');
  });
});

describe('limits', () => {
  const limited = office(
    { outboundLimits: { callsPerMinute: 2 } },
    { limits: { organization: { minutesPerDay: 10, costPerDay: 100 } } },
  );

  it('ask the shared counters once, for the extension and then the organization', () => {
    const decision = decide(compile(limited), dialedBy('101', '+442071234567'), undefined, NOON);
    expect(decision).toMatchObject({
      kind: 'ask',
      counters: [
        {
          kind: 'usage',
          weight: 7,
          day: '2026-11-18',
          scopes: [
            { scope: '101', limits: { callsPerMinute: 2 } },
            { scope: '', limits: { minutesPerDay: 10, costPerDay: 100 } },
          ],
        },
      ],
    });
  });

  it('are not asked when there are none, nor for calls inside', () => {
    expect(kinds(answerTo(office(), dialedBy('101', '+12025550123')))).toEqual(['dial']);
    expect(rung(answerTo(limited, dialedBy('101', '101')))).toEqual(['101']);
  });

  it.each([
    [-1, /a limit of extension 101 is used up \(2 calls a minute\)/],
    [-2, /a limit of the organization is used up \(10 minutes a day, 100 cost units a day\)/],
  ])('that are used up (%s) refuse with a sentence, and the trace names them', (found, reason) => {
    const answer = answerTo(limited, dialedBy('101', '+12025550123'), undefined, {
      counters: { 'usage:101:+12025550123': found },
    });
    expect(spoken(answer)).toBe(PHRASES.limited);
    expect(answer.trace.join('\n')).toMatch(reason);
    expect(answer.effects).toMatchObject([{ kind: 'outbound_limited' }]);
  });

  it('of minutes end the call when they are used up', () => {
    const answer = answerTo(limited, dialedBy('101', '+12025550123'), undefined, {
      counters: { 'usage:101:+12025550123': 90 },
    });
    expect(stepOf(answer, 'dial').timeLimitSeconds).toBe(90);
  });
});
