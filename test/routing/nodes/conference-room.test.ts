import { describe, expect, it } from 'vitest';
import { PHRASES } from '../../../src/routing/index.ts';
import { acme, answerTo, documentOf, eventOf, kinds, resumeOf, spoken, stepOf } from '../support.ts';

const event = eventOf({ to: '+16465550105' });

describe('conference room', () => {
  it.each(['4321', '4321#'])('opens with the PIN %s', (digits) => {
    const answer = answerTo(acme(), { ...event, digits }, resumeOf(answerTo(acme(), event)));
    expect(stepOf(answer, 'conference')).toMatchObject({
      room: 'daily',
      maxParticipants: 10,
      muted: true,
      announce: true,
    });
    expect(answer.ended).toBe(true);
  });

  it('gives three tries, whether wrong or silent, and then ends the call', () => {
    let answer = answerTo(acme(), event);
    for (const digits of ['1111', undefined]) {
      answer = answerTo(acme(), { ...event, ...(digits === undefined ? {} : { digits }) }, resumeOf(answer));
      expect(kinds(answer)).toEqual(['gather', 'redirect']);
    }
    answer = answerTo(acme(), { ...event, digits: '0000' }, resumeOf(answer));
    expect(spoken(answer)).toBe(PHRASES.tooManyPins);
    expect(answer.ended).toBe(true);
  });

  it('takes the right PIN at the last try', () => {
    let answer = answerTo(acme(), event);
    for (const digits of ['1', '2', '4321']) answer = answerTo(acme(), { ...event, digits }, resumeOf(answer));
    expect(kinds(answer)).toEqual(['conference', 'hangup']);
  });

  it('without a PIN opens at once; names are spelled so that rooms never merge', () => {
    const room = (name: string) => {
      const document = documentOf({
        numbers: [{ number: '+16465550105', routeTo: `conference_room:${name}` }],
        conferenceRooms: [{ name }],
      });
      return stepOf(answerTo(document, event), 'conference').room;
    };
    expect(room('a-b')).toMatch(/^[A-Za-z0-9]+$/);
    expect(new Set([room('a-b'), room('a b'), room('ab'), room('a.b')]).size).toBe(4);
  });
});
