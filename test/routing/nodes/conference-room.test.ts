import { describe, expect, it } from 'vitest';
import { createMemoryCounters, PHRASES } from '../../../src/routing/index.ts';
import { acme, answerTo, documentOf, eventOf, kinds, NOON, resumeOf, spoken, stepOf } from '../support.ts';

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

describe('hosts and guests', () => {
  const roomOf = (parts: object) =>
    documentOf({
      numbers: [{ number: '+16465550105', routeTo: 'conference_room:r' }],
      conferenceRooms: [{ name: 'r', muteOnEntry: true, ...parts }],
    });
  const typed = (document: ReturnType<typeof roomOf>, digits?: string) =>
    answerTo(document, { ...event, ...(digits === undefined ? {} : { digits }) }, resumeOf(answerTo(document, event)));

  const both = { pin: '1111', hostPin: '2222', waitForHost: true, endWhenHostLeaves: true, record: true };

  it.each([
    ['1111', { muted: true, starts: false, ends: false }],
    ['2222', { muted: false, starts: true, ends: true }],
  ])('the PIN %s tells which', (digits, expected) => {
    expect(stepOf(typed(roomOf(both), digits), 'conference')).toMatchObject({
      ...expected,
      record: true,
      holdMusic: true,
      subject: 'conference_room:r',
    });
  });

  it('guests of a room whose host alone has a PIN just wait', () => {
    const document = roomOf({ hostPin: '2222', waitForHost: true });
    expect(spoken(answerTo(document, event))).toBe(PHRASES.enterHostPin);
    expect(stepOf(typed(document), 'conference')).toMatchObject({ starts: false });
    expect(stepOf(typed(document, '2222'), 'conference')).toMatchObject({ starts: true });
    expect(kinds(typed(document, '9999'))).toContain('gather');
  });

  it.each(['normal', 'quick', 'lazy'])(
    'who speaks is asked for when the room says %s, and else is not',
    (talkDetection) => {
      expect(stepOf(typed(roomOf({ pin: '1111', talkDetection }), '1111'), 'conference')).toMatchObject({
        talkDetection,
      });
      expect(stepOf(typed(roomOf({ pin: '1111' }), '1111'), 'conference')).not.toHaveProperty('talkDetection');
    },
  );

  it('a full room says so', () => {
    const answer = answerTo(roomOf({}), event, undefined, { counters: { 'seat:r': 0 } });
    expect(spoken(answer)).toBe(PHRASES.conferenceFull);
    expect(answer.ended).toBe(true);
  });
});

describe('a PIN cannot be guessed for ever', () => {
  /** Calls until the lock, each with three wrong PINs; how many PINs were tried. */
  function guess(from: (call: number) => string): number {
    const shared = createMemoryCounters();
    for (let tried = 0, call = 0; call < 200; call += 1) {
      const caller = { ...event, from: from(call) };
      let answer = answerTo(acme(), caller, undefined, {}, shared);
      for (const digits of ['1', '2', '3']) {
        if (!kinds(answer).includes('gather')) return tried;
        answer = answerTo(acme(), { ...caller, digits }, resumeOf(answer), {}, shared);
        tried += 1;
      }
    }
    throw new Error('nobody stopped it');
  }

  it('by one caller: nine times an hour, over all their calls', () => {
    expect(guess(() => '+16465550150')).toBe(9);
  });

  it('by callers who show another number each time: a hundred times an hour', () => {
    expect(guess((call) => `+1646555${1000 + call}`)).toBe(100);
  }, 30_000);

  it('the right PIN is worth nothing while the caller is locked out, and is again after the hour', () => {
    const shared = createMemoryCounters();
    let answer = answerTo(acme(), event, undefined, {}, shared);
    const waiting = resumeOf(answer);
    for (let wrong = 0; wrong < 9; wrong += 1) {
      answer = answerTo(acme(), { ...event, digits: '1' }, waiting, {}, shared);
    }
    expect(spoken(answerTo(acme(), { ...event, digits: '4321' }, waiting, {}, shared))).toBe(PHRASES.tooManyPins);
    expect(spoken(answerTo(acme(), event, undefined, {}, shared))).toBe(PHRASES.tooManyPins);
    const later = { now: new Date(NOON.now.getTime() + 3_600_000) };
    expect(kinds(answerTo(acme(), { ...event, digits: '4321' }, waiting, later, shared))).toContain('conference');
  });

  it('a caller of another number gets in meanwhile', () => {
    const shared = createMemoryCounters();
    const waiting = resumeOf(answerTo(acme(), event, undefined, {}, shared));
    for (let wrong = 0; wrong < 9; wrong += 1) answerTo(acme(), { ...event, digits: '1' }, waiting, {}, shared);
    const other = { ...event, from: '+16465550151' };
    const theirs = resumeOf(answerTo(acme(), other, undefined, {}, shared));
    expect(kinds(answerTo(acme(), { ...other, digits: '4321' }, theirs, {}, shared))).toContain('conference');
  });
});
