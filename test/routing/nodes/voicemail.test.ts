import { describe, expect, it } from 'vitest';
import {
  createMemoryCounters,
  type MailboxMessage,
  PHRASES,
  type PlanDocumentInput,
} from '../../../src/routing/index.ts';
import { answerTo, dialedBy, documentOf, eventOf, kinds, resumeOf, spoken, stepOf } from '../support.ts';

const box = (parts: object = {}): Partial<PlanDocumentInput> => ({
  extensions: [{ number: '101' }, { number: '102' }],
  numbers: [
    { number: '+16465550100', routeTo: 'voicemail:101' },
    { number: '+16465550101', routeTo: 'mailbox:101' },
  ],
  voicemailBoxes: [{ number: '101', name: 'Ann', ...parts }],
});

describe('leaving a message', () => {
  it('has a greeting, a limit of everything, and a way on for who says nothing', () => {
    const document = documentOf(box({ greeting: { say: 'Ann is away.' }, maxMessageSeconds: 60, finishOnKey: '#*' }));
    const answer = answerTo(document, eventOf());
    expect(kinds(answer)).toEqual(['say', 'record', 'say', 'hangup']);
    expect(spoken(answer)).toBe(`Ann is away. ${PHRASES.nothingRecorded}`);
    expect(stepOf(answer, 'record')).toMatchObject({
      maxSeconds: 60,
      silenceSeconds: 5,
      finishOnKey: '#*',
      subject: 'voicemail:101/1',
    });
  });

  it.each([
    ['#', 'pound'],
    ['12#', 'pound'],
    ['*', 'star'],
    ['5', '5'],
  ])('names the key that ends the message: %s is %s', (finishOnKey, key) => {
    const answer = answerTo(documentOf(box({ finishOnKey })), eventOf());
    expect(spoken(answer)).toContain(`after the tone. Press ${key} when you are done.`);
  });

  it('tells whoever stores it where it is', () => {
    const document = documentOf(box());
    const recording = { url: 'https://recordings.example/1.mp3', seconds: 7 };
    const answer = answerTo(document, eventOf({ recording }), resumeOf(answerTo(document, eventOf())));
    expect(answer.effects).toEqual([{ kind: 'voicemail', subject: 'voicemail:101/1', recording }]);
    expect(spoken(answer)).toBe(PHRASES.messageTaken);
    expect(answer.ended).toBe(true);
  });

  it.each([
    ['inactive', box({ status: 'inactive' })],
    ['missing', { ...box(), voicemailBoxes: [] }],
  ])('an %s box turns the caller away', (_, parts) => {
    expect(spoken(answerTo(documentOf(parts), eventOf()))).toBe(PHRASES.destinationUnavailable);
  });
});

const MESSAGES: readonly MailboxMessage[] = ['a', 'b', 'c'].map((name, index) => ({
  id: `0000000${index}-0000-7000-8000-000000000000`,
  url: `https://recordings.example/${name}.mp3`,
  from: '+12125550150',
  receivedAt: `2026-11-1${index + 6}T14:05:00Z`,
  isRead: index === 0,
}));

describe('hearing messages', () => {
  const document = documentOf(box());
  const own = dialedBy('101', '101');
  /** Enters the mailbox from the owner's telephone, then presses these keys. */
  function press(messages: readonly MailboxMessage[], ...keys: readonly (string | undefined)[]) {
    const findings = { 'mailbox:101': { kind: 'mailbox' as const, messages } };
    let answer = answerTo(document, { ...own, to: '+16465550101' }, undefined, { findings });
    const answers = [answer];
    for (const digits of keys) {
      const event = { ...own, ...(digits === undefined ? {} : { digits }) };
      answer = answerTo(document, event, resumeOf(answer), { findings });
      answers.push(answer);
    }
    return answers;
  }

  /** What is heard last. */
  const lastWords = (answers: ReturnType<typeof press>) => answers.slice(-1).map(spoken).join();

  const played = (answers: ReturnType<typeof press>) =>
    answers.flatMap((answer) =>
      answer.steps.flatMap((step) =>
        step.kind === 'gather'
          ? step.prompt.flatMap((part) => (part.kind === 'play' ? [part.url.slice(-5, -4)] : []))
          : [],
      ),
    );

  it('plays the new ones in their order, with who called and when', () => {
    const answers = press(MESSAGES, '2', undefined);
    expect(played(answers)).toEqual(['b', 'c']);
    expect(answers[0] && spoken(answers[0])).toMatch(
      /^You have 2 new messages\. Message from 1 2 1 2 5 5 5 0 1 5 0, Tuesday, 14:05\./,
    );
    expect(lastWords(answers)).toBe(PHRASES.noMoreMessages);
  });

  it('plays the old ones when none is new', () => {
    const old = MESSAGES.map((message) => ({ ...message, isRead: true }));
    expect(played(press(old, '2', '2'))).toEqual(['a', 'b', 'c']);
  });

  it('1 plays it again, 7 deletes it, # ends', () => {
    const answers = press(MESSAGES, '1', '7', '#');
    expect(played(answers)).toEqual(['b', 'b', 'c']);
    expect(answers.flatMap(({ effects }) => effects)).toEqual([
      { kind: 'mailbox', action: 'delete', message: MESSAGES[1]?.id },
      { kind: 'mailbox', action: 'read', message: MESSAGES[2]?.id },
    ]);
    expect(lastWords(answers)).toBe(PHRASES.goodbye);
  });

  it('another key is said to be none, and the message is played again', () => {
    const answers = press(MESSAGES, '5');
    expect(lastWords(answers)).toContain(PHRASES.invalidChoice);
    expect(played(answers)).toEqual(['b', 'b']);
  });

  it('of an empty box is short', () => {
    expect(press([]).map(spoken)).toEqual([PHRASES.noMessages]);
  });

  it('while the database is away is an apology', () => {
    const findings = { 'mailbox:101': { kind: 'failed' as const, reason: 'no answer in time' } };
    expect(spoken(answerTo(document, { ...own, to: '+16465550101' }, undefined, { findings }))).toBe(
      PHRASES.mailboxAway,
    );
  });

  it.each([
    ['from outside', eventOf({ to: '+16465550101' })],
    ['from the telephone of somebody else', { ...dialedBy('102', '+16465550101') }],
  ])('without a PIN is refused %s', (_, event) => {
    expect(spoken(answerTo(document, event))).toBe(PHRASES.noMailbox);
  });

  it('with a PIN needs it everywhere, three times at most, and cannot be guessed for ever', () => {
    const guarded = documentOf(box({ pin: '4321' }));
    const event = eventOf({ to: '+16465550101' });
    const shared = createMemoryCounters();
    const findings = { 'mailbox:101': { kind: 'mailbox' as const, messages: MESSAGES } };
    const first = answerTo(guarded, event, undefined, { findings }, shared);
    expect(spoken(first)).toBe(PHRASES.enterMailboxPin);
    expect(spoken(answerTo(guarded, { ...event, digits: '4321' }, resumeOf(first), { findings }, shared))).toMatch(
      /^You have 2 new/,
    );
    let answer = first;
    for (const digits of ['1', '2', '3'])
      answer = answerTo(guarded, { ...event, digits }, resumeOf(answer), { findings }, shared);
    expect(spoken(answer)).toBe(PHRASES.tooManyPins);
    for (let wrong = 0; wrong < 6; wrong += 1)
      answerTo(guarded, { ...event, digits: '9' }, resumeOf(first), { findings }, shared);
    expect(spoken(answerTo(guarded, { ...event, digits: '4321' }, resumeOf(first), { findings }, shared))).toBe(
      PHRASES.tooManyPins,
    );
    expect(spoken(answerTo(guarded, dialedBy('101', '+16465550101'), undefined, { findings }))).toBe(
      PHRASES.enterMailboxPin,
    );
  });
});
