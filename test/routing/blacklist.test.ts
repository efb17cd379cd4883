import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../src/routing/glob.ts';
import { type BlockLists, compile, DigitTable, decide, type PlanDocumentInput } from '../../src/routing/index.ts';
import { answerTo, documentOf, eventOf, kinds, NOON, rung, spoken, stepOf } from './support.ts';

type Entries = PlanDocumentInput['inboundBlacklist'];

function withRules(inboundBlacklist: Entries, blockLists: PlanDocumentInput['blockLists'] = []) {
  return documentOf({
    extensions: [{ number: '101' }],
    numbers: [
      { number: '+16465550100', routeTo: 'extension:101' },
      { number: '+16465550101', routeTo: 'extension:101' },
    ],
    inboundBlacklist,
    blockLists,
  });
}

const listed = (name: string, ...entries: readonly string[]): { readonly blockLists: BlockLists } => {
  const table = new DigitTable();
  for (const entry of entries) table.set(entry.replace('*', ''), entry.endsWith('*'));
  return { blockLists: { of: (list) => (list === name ? table : undefined) } };
};

const from = (caller: string) => eventOf({ from: caller });

describe('what happens to a blocked caller', () => {
  it.each([
    ['drop: not a word', { action: 'drop' }, ['hangup'], ''],
    ['reject: refused in silence', { action: 'reject' }, ['reject'], ''],
    [
      'reject with a reason: heard before the call is answered',
      { say: 'No sales calls.' },
      ['say', 'reject'],
      'No sales calls.',
    ],
    ['torment: held', { action: 'torment' }, ['hold', 'hangup'], ''],
  ] as const)('%s', (_name, treatment, expected, words) => {
    const answer = answerTo(withRules([{ pattern: '+19005550666', ...treatment }]), from('+19005550666'));
    expect(kinds(answer)).toEqual(expected);
    expect(spoken(answer)).toBe(words);
    expect(answer.ended).toBe(true);
  });

  it('busy is what the network is told when the entry says so', () => {
    const answer = answerTo(withRules([{ pattern: '+19005550666', cause: 'busy' }]), from('+19005550666'));
    expect(stepOf(answer, 'reject').reason).toBe('busy');
  });

  it('a rejected caller is not answered for the sentence', () => {
    const answer = answerTo(withRules([{ pattern: '+19005550666', say: 'No.' }]), from('+19005550666'));
    expect(stepOf(answer, 'say').early).toBe(true);
  });

  it('torment ends after its seconds, 300 when nothing is said', () => {
    const seconds = (tormentSeconds?: number) =>
      stepOf(
        answerTo(
          withRules([{ pattern: '+19005550666', action: 'torment', ...(tormentSeconds ? { tormentSeconds } : {}) }]),
          from('+19005550666'),
        ),
        'hold',
      ).seconds;
    expect([seconds(), seconds(30)]).toEqual([300, 30]);
  });

  it('is told with the rule, for the block log', () => {
    const answer = answerTo(withRules([{ pattern: '+1976', match: 'prefix', reason: 'premium' }]), from('19765550111'));
    expect(answer.effects).toEqual([
      { kind: 'blocked', match: 'prefix', pattern: '+1976', list: null, action: 'reject', reason: 'premium' },
    ]);
    expect(answer.trace).toContain('caller is blacklisted by prefix +1976: reject');
  });
});

describe('who is blocked', () => {
  const blocks = (entries: Entries, caller: string, to = '+16465550100', now = NOON.now) =>
    kinds(answerTo(withRules(entries), eventOf({ from: caller, to }), undefined, { now }))[0] !== 'dial';

  it.each([
    '',
    'anonymous',
    'Anonymous',
    'restricted',
    'unavailable',
    'sip:anonymous@anonymous.invalid'.slice(4, 13),
    '+266696687',
  ])('a caller who shows no number (%j), when anonymous callers are', (caller) => {
    expect(blocks([{ match: 'anonymous' }], caller)).toBe(true);
    expect(blocks([{ pattern: '+1', match: 'prefix' }], caller)).toBe(false);
  });

  it.each(['+16465550150', 'ACME Bank'])('not %s, when only anonymous callers are', (caller) => {
    expect(blocks([{ match: 'anonymous' }], caller)).toBe(false);
  });

  it.each([
    ['an exact number within a blocked prefix', { pattern: '+19765550100' }],
    ['a prefix within a blocked prefix', { pattern: '+197655', match: 'prefix' }],
    ['a wildcard', { pattern: '+1976555?100', match: 'wildcard' }],
  ] as const)('nobody whom %s allows, whatever else blocks them', (_name, exception) => {
    const entries: Entries = [
      { pattern: '+1976', match: 'prefix' },
      { pattern: '*', match: 'wildcard' },
      { ...exception, action: 'allow' },
    ];
    expect(blocks(entries, '+19765550100')).toBe(false);
    expect(blocks(entries, '+19775550100')).toBe(true);
  });

  it('only callers of the numbers that the entry names', () => {
    const entries: Entries = [{ pattern: '+19005550666', numbers: ['+16465550101'] }];
    expect(blocks(entries, '+19005550666', '+16465550101')).toBe(true);
    expect(blocks(entries, '+19005550666', '6465550101')).toBe(true);
    expect(blocks(entries, '+19005550666', '+16465550100')).toBe(false);
  });

  it('nobody any more, when the entry has expired', () => {
    const entries: Entries = [{ pattern: '+19005550666', expiresAt: '2026-12-01T00:00:00+02:00' }];
    expect(blocks(entries, '+19005550666', undefined, new Date('2026-11-30T21:59:59Z'))).toBe(true);
    expect(blocks(entries, '+19005550666', undefined, new Date('2026-11-30T22:00:00Z'))).toBe(false);
  });

  it('a broader entry still counts where a narrower one does not apply', () => {
    const entries: Entries = [
      { pattern: '+19005550666', numbers: ['+16465550101'] },
      { pattern: '+1900', match: 'prefix' },
    ];
    expect(blocks(entries, '+19005550666')).toBe(true);
  });

  it('as trying every entry would tell', () => {
    const digits = fc.stringMatching(/^1[0-3]{6,8}$/);
    const entry = fc.oneof(
      fc.record({ match: fc.constant('exact' as const), pattern: digits.map((text) => `+${text}`) }),
      fc.record({ match: fc.constant('prefix' as const), pattern: fc.stringMatching(/^\+1[0-3]{0,4}$/) }),
      fc.record({ match: fc.constant('wildcard' as const), pattern: fc.stringMatching(/^1[0-3?*]{1,5}$/) }),
    );
    const action = fc.constantFrom('reject' as const, 'allow' as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, action), { maxLength: 12 }), digits, (rules, caller) => {
        const hits = (match: string, pattern: string) => {
          const plain = pattern.replace('+', '');
          if (match === 'exact') return plain === caller;
          return match === 'prefix' ? caller.startsWith(plain) : matchesGlob(plain, caller);
        };
        const unique = [
          ...new Map(
            rules.map(([rule, act]) => [`${act}${rule.match}${rule.pattern}`, { ...rule, action: act }]),
          ).values(),
        ];
        const hit = unique.filter(({ match, pattern }) => hits(match, pattern));
        const expected = hit.length > 0 && hit.every((rule) => rule.action !== 'allow');
        expect(blocks(unique, `+${caller}`)).toBe(expected);
      }),
    );
  });
});

describe('a long list', () => {
  const document = withRules([], [{ name: 'spam', action: 'drop', reason: 'reported' }]);

  it.each([
    ['+19005550666', 'hangup'],
    ['19005550666', 'hangup'],
    ['+19761112222', 'hangup'],
    ['+19005550667', 'dial'],
    ['anonymous', 'dial'],
    ['', 'dial'],
  ])('treats %s with %s', (caller, expected) => {
    const facts = listed('spam', '19005550666', '1976*');
    expect(kinds(answerTo(document, from(caller), undefined, facts))).toEqual([expected]);
  });

  it('tells its name and the entry', () => {
    const answer = answerTo(document, from('+19761112222'), undefined, listed('spam', '1976*'));
    expect(answer.effects).toMatchObject([{ match: 'prefix', pattern: '+1976', list: 'spam', reason: 'reported' }]);
    expect(answer.trace).toContain('caller is blacklisted by prefix +1976 of list spam: drop');
  });

  it('of exceptions wins over entries and lists', () => {
    const both = withRules(
      [{ pattern: '+1900', match: 'prefix' }],
      [
        { name: 'spam', action: 'drop' },
        { name: 'friends', action: 'allow' },
      ],
    );
    expect(rung(answerTo(both, from('+19005550666'), undefined, listed('friends', '19005550666')))).toEqual(['101']);
  });

  it('that is inactive, or not loaded yet, blocks nobody', () => {
    const off = withRules([], [{ name: 'spam', status: 'inactive' }]);
    expect(kinds(answerTo(off, from('+19005550666'), undefined, listed('spam', '19005550666')))).toEqual(['dial']);
    expect(kinds(answerTo(document, from('+19005550666')))).toEqual(['dial']);
  });
});

describe('a blacklist in the plan', () => {
  it('of a hundred thousand entries is compiled in steps of some milliseconds', () => {
    const entries = Array.from({ length: 100_000 }, (_, index) => ({ pattern: `+1900${5_000_000 + index}` }));
    const plan = compile(withRules(entries));
    expect(plan.blacklist.block.table.size).toBe(100_000);
    // One treatment for all of them: an entry costs its digits and no object.
    expect(plan.blacklist.block.kinds).toHaveLength(1);
    const decision = decide(plan, from('+19005099999'), undefined, NOON);
    expect(decision.kind === 'answer' && kinds(decision)).toEqual(['reject']);
  });

  it.each([
    [{ pattern: '+1900*' }, 'a pattern with * or ? needs match: wildcard'],
    [{ match: 'exact' as const }, 'give the pattern, or match: anonymous for callers who show no number'],
    [{ pattern: '+1', match: 'anonymous' as const }, 'an entry with match: anonymous has no pattern'],
    [{ pattern: '+19005550666', action: 'drop' as const, say: 'No.' }, 'only action: reject has say'],
    [{ pattern: '+19005550666', tormentSeconds: 30 }, 'only action: torment has tormentSeconds'],
    [{ pattern: '+19005550666', action: 'mute' as never }, 'use one of drop, reject, torment, allow'],
  ])('refuses %j: %s', (entry, message) => {
    expect(() => withRules([entry])).toThrow(message);
  });
});
