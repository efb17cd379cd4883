import { describe, expect, test } from 'vitest';
import { MAX_DOCUMENTS, movedTo } from '../../src/routing/index.ts';
import { answerTo, documentOf, eventOf, users } from './support.ts';

const document = documentOf({
  extensions: users('101'),
  numbers: [{ number: '+16465550100', routeTo: 'extension:101' }],
  conferenceRooms: [{ name: 'daily', pin: '4321' }],
  outboundWhitelist: [{ prefix: '+1', trunk: 'carrier' }],
});

const moved = (to: Parameters<typeof movedTo>[0], documents = 3) =>
  answerTo(document, eventOf(), movedTo(to, { origin: 'outside', did: '+16465550100', documents }, 'Ann'));

describe('a call that somebody moves', () => {
  test('enters the place, tells who moved it, and keeps its number and its count of documents', () => {
    const { steps, trace, did, document: nth } = moved({ type: 'extension', key: '101' });
    expect(steps[0]?.kind).toBe('dial');
    expect(trace[0]).toBe('moved to extension:101 by Ann');
    expect([did, nth]).toEqual(['+16465550100', 4]);
  });

  test('meets the rules of the place: a conference asks for its PIN', () => {
    expect(moved({ type: 'conference_room', key: 'daily' }).steps[0]?.kind).toBe('gather');
  });

  test.each([
    ['+12125550177', true],
    ['+33123456789', false],
  ])('goes out to %s only when the whitelist has it', (key, isDialled) => {
    expect(moved({ type: 'forward', key }).steps.some(({ kind }) => kind === 'dial')).toBe(isDialled);
  });

  test('can be ended', () => {
    expect(moved({ type: 'hangup', key: '' }).steps.at(-1)?.kind).toBe('hangup');
  });

  test('cannot be kept alive for ever by moving it', () => {
    const { steps, ended } = moved({ type: 'extension', key: '101' }, MAX_DOCUMENTS - 1);
    expect([steps.at(-1)?.kind, ended]).toEqual(['hangup', true]);
  });
});
