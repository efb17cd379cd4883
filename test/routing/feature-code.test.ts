import { describe, expect, it } from 'vitest';
import { compile, decide, PHRASES, type PlanDocumentInput, validate } from '../../src/routing/index.ts';
import { answerTo, dialedBy, documentOf, eventOf, kinds, NOON, rung, spoken } from './support.ts';

function withCodes(parts: Partial<PlanDocumentInput> = {}) {
  return documentOf({
    extensions: [
      { number: '101' },
      { number: '102' },
      { number: '800', type: 'conference', target: 'conference_room:daily' },
    ],
    conferenceRooms: [{ name: 'daily' }, { name: '77' }],
    businessHours: [
      { name: 'office', open: 'extension:101' },
      { name: 'shop', open: 'extension:102' },
    ],
    voicemailBoxes: [{ number: '101' }],
    ...parts,
  });
}

const conferenceIn = (to: string) =>
  answerTo(withCodes(), dialedBy('101', to)).steps.flatMap((step) => (step.kind === 'conference' ? [step.room] : []));

describe('feature codes', () => {
  it.each([
    ['*8800', 'daily'],
    ['*877', '77'],
    ['*81', 'daily'],
    ['*82', '77'],
  ])('%s enters the conference %s', (to, room) => {
    expect(conferenceIn(to)).toEqual([room]);
  });

  it.each(['*8', '*83', '*8101', '*899'])('%s is told that there is no such conference', (to) => {
    expect(spoken(answerTo(withCodes(), dialedBy('101', to)))).toBe(PHRASES.conferenceUnknown);
  });

  it('*97 opens the own mailbox, of whoever dials it', () => {
    const decision = decide(compile(withCodes()), dialedBy('101', '*97'), undefined, NOON);
    expect(decision).toMatchObject({ kind: 'ask', inquiry: { kind: 'mailbox', box: '101' } });
    expect(spoken(answerTo(withCodes(), dialedBy('102', '*97')))).toBe(PHRASES.noMailbox);
  });

  it.each(['*97', '*60', '*81'])('%s means nothing from outside', (to) => {
    expect(kinds(answerTo(withCodes(), eventOf({ to })))).toEqual(['say', 'reject']);
  });

  it('of our own replace the standard ones', () => {
    const document = withCodes({ voice: { featureCodes: [{ code: '#1', action: 'conference' }] } });
    expect(kinds(answerTo(document, dialedBy('101', '#11')))).toContain('conference');
    expect(spoken(answerTo(document, dialedBy('101', '*97')))).toBe(PHRASES.extensionUnknown);
  });

  it('are refused to telephones they are not for', () => {
    const document = withCodes({
      voice: { featureCodes: [{ code: '*60', action: 'night_mode', extensions: ['102'] }] },
    });
    expect(spoken(answerTo(document, dialedBy('101', '*60')))).toBe(PHRASES.featureRefused);
  });

  it.each([
    [{ code: '*60', action: 'night_mode' as const, schedules: ['gone'] }, 'business hours gone do not exist'],
    [{ code: '*60', action: 'night_mode' as const, extensions: ['999'] }, 'extension 999 does not exist'],
  ])('that name what is not there are refused: %j', (feature, message) => {
    expect(validate(withCodes({ voice: { featureCodes: [feature] } })).map((problem) => problem.message)).toContain(
      message,
    );
  });
});

describe('night mode', () => {
  const asked = (document = withCodes()) => {
    const decision = decide(compile(document), dialedBy('101', '*60'), undefined, NOON);
    return decision.kind === 'ask' ? decision.inquiry : undefined;
  };

  it('closes every schedule, and lets all follow their ranges again when every one is closed', () => {
    expect(asked()).toMatchObject({ schedules: ['office', 'shop'], isNight: true, extension: '101' });
    const half = withCodes({ hoursOverrides: [{ schedule: 'office', state: 'closed' }] });
    expect(asked(half)).toMatchObject({ isNight: true });
    const both = withCodes({
      hoursOverrides: [
        { schedule: 'office', state: 'closed' },
        { schedule: 'shop', state: 'closed' },
      ],
    });
    expect(asked(both)).toMatchObject({ isNight: false });
  });

  it('does not count what ran out, nor what is forced open', () => {
    const document = withCodes({
      hoursOverrides: [
        { schedule: 'office', state: 'closed', until: '2026-11-18T16:59:00Z' },
        { schedule: 'shop', state: 'open' },
      ],
    });
    expect(asked(document)).toMatchObject({ isNight: true });
  });

  it('switches only the schedules its code names', () => {
    const document = withCodes({
      voice: { featureCodes: [{ code: '*60', action: 'night_mode', schedules: ['shop'] }] },
    });
    expect(asked(document)).toMatchObject({ schedules: ['shop'] });
  });

  it.each([
    ['changed', PHRASES.nightModeOn, 1],
    ['failed', PHRASES.nightModeFailed, 0],
  ] as const)('%s is what the telephone says', (kind, sentence, effects) => {
    const findings = { 'night_mode:office,shop': kind === 'changed' ? { kind } : { kind, reason: 'away' } };
    const answer = answerTo(withCodes(), dialedBy('101', '*60'), undefined, { findings });
    expect(spoken(answer)).toBe(sentence);
    expect(answer.effects).toHaveLength(effects);
  });

  it('without schedules is refused', () => {
    expect(spoken(answerTo(withCodes({ businessHours: [] }), dialedBy('101', '*60')))).toBe(PHRASES.featureRefused);
    expect(rung(answerTo(withCodes(), dialedBy('101', '102')))).toEqual(['102']);
  });
});
