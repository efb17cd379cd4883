import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallState } from '../../src/routing/index.ts';
import { createContinuations, type TokenOwner } from '../../src/webhooks/continuation.ts';

const KEY = new Uint8Array(32).fill(7);
const OWNER = { organizationId: 'o1', callToken: 'c1' };
const STATE: CallState = { origin: 'outside', node: 'ivr_menu:main', position: { turn: 1 }, documents: 1, visits: {} };
const NOW = Date.parse('2026-11-18T17:00:00Z');
const HOUR = 3_600_000;

const signState = (key: Uint8Array, owner: TokenOwner, state: CallState, now: number) =>
  createContinuations(key).sign(owner, state, now);
const openState = (key: Uint8Array, owner: TokenOwner, token: string, now: number) =>
  createContinuations(key).open(owner, token, now);

describe('continuation token', () => {
  it('gives back what it was made of, for four hours', () => {
    const token = signState(KEY, OWNER, STATE, NOW);
    expect(openState(KEY, OWNER, token, NOW + 4 * HOUR - 1000)).toEqual(STATE);
    expect(openState(KEY, OWNER, token, NOW + 4 * HOUR)).toBeUndefined();
  });

  it('needs no escaping in a URL', () => {
    const token = signState(KEY, OWNER, { ...STATE, node: 'ring_group:Zoë & Co ÿÿ' }, NOW);
    expect(encodeURIComponent(token)).toBe(token);
    expect(openState(KEY, OWNER, token, NOW)?.node).toBe('ring_group:Zoë & Co ÿÿ');
  });

  it.each([
    ['another organization', KEY, { ...OWNER, organizationId: 'o2' }],
    ['another call', KEY, { ...OWNER, callToken: 'c2' }],
    ['another key', new Uint8Array(32).fill(8), OWNER],
    ['shifted borders', KEY, { organizationId: 'o1c', callToken: '1' }],
  ])('is nothing to %s', (_who, key, owner) => {
    expect(openState(key, owner, signState(KEY, OWNER, STATE, NOW), NOW)).toBeUndefined();
  });

  it('changed anywhere is nothing', () => {
    const token = signState(KEY, OWNER, STATE, NOW);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'z', '0', '-', '.'), (at, char) => {
        const changed = token.slice(0, at) + char + token.slice(at + 1);
        // The last character of base64 carries bits that do not count; those spell the same bytes.
        if (changed !== token && at < token.length - 1) expect(openState(KEY, OWNER, changed, NOW)).toBeUndefined();
      }),
    );
  });

  it.each(['', '.', 'a.b', 'a.b.c', '💥', 'WzFd'])('%j is nothing', (text) => {
    expect(openState(KEY, OWNER, text, NOW)).toBeUndefined();
  });
});
