import { expect, it } from 'vitest';
import { AI_PROVIDERS, type PlanDocumentInput, validate } from '../../../src/routing/index.ts';
import { documentOf } from '../support.ts';

const sip = (provider: string, parts: object = {}): PlanDocumentInput['aiAssistants'] => [
  { name: 'a', protocol: 'sip', provider, phoneNumber: '+16465550140', ...parts },
];

it.each<readonly [string, Partial<PlanDocumentInput>, string | undefined]>([
  ['a known provider', { aiAssistants: sip('vapi') }, undefined],
  ['an unknown provider', { aiAssistants: sip('vappi') }, 'vappi is not a provider we know of; check its spelling'],
  ['a provider of streams, by SIP', { aiAssistants: sip('deepdub') }, 'deepdub is reached by websocket'],
  ['missing credentials', { aiAssistants: sip('synthflow', { username: 'u' }) }, 'synthflow wants a password for a'],
  [
    'a rule for a number that is not ours',
    { inboundBlacklist: [{ pattern: '+19005550666', numbers: ['+16465550199'] }] },
    '+16465550199 is not a number of ours; no call of it comes here',
  ],
  [
    'a list for a number that is not ours',
    { blockLists: [{ name: 'spam', numbers: ['+16465550199'] }] },
    '+16465550199 is not a number of ours; no call of it comes here',
  ],
  [
    'more rules than a plan should hold',
    { inboundBlacklist: Array.from({ length: 10_001 }, (_, index) => ({ pattern: `+1900${5_000_000 + index}` })) },
    '10001 rules make every change of the plan slow; put plain numbers on a block list',
  ],
])('%s: warned of, not refused', (_name, parts, message) => {
  const problems = validate(documentOf(parts));
  expect(problems.map((problem) => problem.message)).toEqual(message === undefined ? [] : [message]);
  expect(problems.every(({ severity }) => severity === 'warning')).toBe(true);
});

it('the catalogue has every provider once, and a stream address with each that is reached by one', () => {
  const keys = AI_PROVIDERS.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThan(40);
  for (const { protocol, url } of AI_PROVIDERS)
    expect(url?.startsWith('wss://')).toBe(protocol === 'websocket' ? true : undefined);
});
