import { describe, expect, it } from 'vitest';
import { PHRASES, type PlanDocumentInput, type RecordingMode, type VoiceEvent } from '../../src/routing/index.ts';
import { answerTo, dialedBy, documentOf, eventOf, kinds, resumeOf, spoken, stepOf } from './support.ts';

function office(voice: PlanDocumentInput['voice'], parts: Partial<PlanDocumentInput> = {}) {
  return documentOf({
    extensions: [{ number: '101', onNoAnswer: 'extension:102' }, { number: '102' }],
    ringGroups: [{ name: 'all', members: ['101', '102'] }],
    numbers: [
      { number: '+16465550100', routeTo: 'extension:101', callerNamePrefix: 'Sales' },
      { number: '+16465550101', routeTo: 'ring_group:all', callerNamePrefix: 'Main' },
      { number: '+16465550102', routeTo: 'forward:+12025550123', callerNamePrefix: 'Cell' },
      { number: '+16465550103', routeTo: 'extension:101' },
    ],
    outboundWhitelist: [{ prefix: '+1', trunk: 'us' }],
    voice,
    ...parts,
  });
}

const INBOUND = eventOf();
const GROUP = eventOf({ to: '+16465550101' });
const FORWARDED = eventOf({ to: '+16465550102' });
const OUTBOUND = dialedBy('101', '+12025550123');
const INTERNAL = dialedBy('102', '101');
const BY_API = eventOf({ direction: 'outbound-api', overTrunk: false, from: '+16465550100', to: '+12025550123' });

describe('recording', () => {
  const modes: readonly (readonly [RecordingMode, readonly VoiceEvent[], readonly VoiceEvent[]])[] = [
    ['none', [], [INBOUND, GROUP, FORWARDED, OUTBOUND, INTERNAL, BY_API]],
    ['inbound', [INBOUND, GROUP, FORWARDED], [OUTBOUND, INTERNAL, BY_API]],
    ['outbound', [OUTBOUND, BY_API], [INBOUND, INTERNAL]],
    ['inbound_outbound', [INBOUND, FORWARDED, OUTBOUND, BY_API], [INTERNAL]],
    ['internal', [INTERNAL], [INBOUND, OUTBOUND]],
    ['all', [INBOUND, GROUP, FORWARDED, OUTBOUND, INTERNAL, BY_API], []],
  ];
  it.each(modes)('%s keeps these calls and no others, and tells the caller first', (mode, kept, others) => {
    const document = office({ recording: { mode } });
    for (const event of kept) {
      const answer = answerTo(document, event);
      expect(stepOf(answer, 'dial').record).toBe(true);
      expect(kinds(answer)).toEqual(['say', 'dial']);
      expect(spoken(answer)).toBe(PHRASES.recorded);
    }
    for (const event of others) {
      const answer = answerTo(document, event);
      expect(stepOf(answer, 'dial')).not.toHaveProperty('record');
      expect(kinds(answer)).toEqual(['dial']);
    }
  });

  it.each<readonly [string, PlanDocumentInput['voice'], readonly string[]]>([
    ['is announced, whatever the mode', { recording: { mode: 'none' } }, ['say', 'conference', 'hangup']],
    ['is not announced where the law lets it', { recording: { announce: false } }, ['conference', 'hangup']],
  ])('of a conference %s', (_how, voice, steps) => {
    const numbers = [
      { number: '+16465550104', routeTo: 'conference_room:kept' },
      { number: '+16465550105', routeTo: 'conference_room:free' },
    ];
    const conferenceRooms = [{ name: 'kept', record: true }, { name: 'free' }];
    const document = office(voice, { numbers, conferenceRooms });
    expect(kinds(answerTo(document, eventOf({ to: '+16465550104' })))).toEqual(steps);
    expect(kinds(answerTo(document, eventOf({ to: '+16465550105' })))).toEqual(['conference', 'hangup']);
  });

  it('of a conference is not announced to who was told on the way there', () => {
    const document = office(
      { recording: { mode: 'all' } },
      {
        extensions: [{ number: '101', onNoAnswer: 'conference_room:kept' }],
        ringGroups: [],
        numbers: [{ number: '+16465550100', routeTo: 'extension:101' }],
        conferenceRooms: [{ name: 'kept', record: true }],
      },
    );
    const told = answerTo(document, INBOUND);
    const joined = answerTo(document, { ...INBOUND, dialOutcome: 'no-answer' }, resumeOf(told));
    expect(kinds(joined)).toEqual(['conference', 'hangup']);
  });

  it('is announced once in a call, however many telephones ring after each other', () => {
    const document = office({ recording: { mode: 'all' } });
    const first = answerTo(document, INBOUND);
    const second = answerTo(document, { ...INBOUND, dialOutcome: 'no-answer' }, resumeOf(first));
    expect(kinds(second)).toEqual(['dial']);
    expect(stepOf(second, 'dial').record).toBe(true);
  });

  it.each<readonly [string, PlanDocumentInput['voice'], readonly string[]]>([
    [
      'in the words of the organization',
      { recording: { mode: 'all', announcement: { say: 'We listen & keep.' } } },
      ['say', 'dial'],
    ],
    [
      'by a sound',
      { recording: { mode: 'all', announcement: { play: 'https://cdn.example/a.mp3?x=1&y=2' } } },
      ['play', 'dial'],
    ],
    ['not at all, where the law lets it', { recording: { mode: 'all', announce: false } }, ['dial']],
  ])('is announced %s', (_how, voice, steps) => {
    expect(kinds(answerTo(office(voice), INBOUND))).toEqual(steps);
  });

  it.each<readonly [RecordingMode, RecordingMode | undefined, boolean]>([
    ['none', 'all', true],
    ['all', 'none', false],
    ['all', undefined, true],
    ['none', undefined, false],
    ['outbound', 'inbound', true],
  ])('organization %s, extension %s: an inbound call is kept: %s', (mode, recording, isKept) => {
    const extensions = [{ number: '101', ...(recording && { recording }) }];
    const answer = answerTo(
      office(
        { recording: { mode } },
        { extensions, ringGroups: [], numbers: [{ number: '+16465550100', routeTo: 'extension:101' }] },
      ),
      INBOUND,
    );
    expect(stepOf(answer, 'dial').record === true).toBe(isKept);
  });

  it('of a forwarded call follows the forward', () => {
    const extensions = [
      { number: '109', type: 'forward' as const, forwardTo: '+12025550123', recording: 'all' as const },
    ];
    const numbers = [{ number: '+16465550100', routeTo: 'extension:109' }];
    const answer = answerTo(office({}, { extensions, numbers, ringGroups: [] }), INBOUND);
    expect(stepOf(answer, 'dial')).toMatchObject({ record: true, trunk: 'us' });
  });

  it('of an internal call follows either side', () => {
    const extensions = [{ number: '101', recording: 'internal' as const }, { number: '102' }];
    for (const event of [dialedBy('101', '102'), dialedBy('102', '101')]) {
      expect(stepOf(answerTo(office({}, { extensions }), event), 'dial').record).toBe(true);
    }
  });
});

describe('the name on the telephone that rings', () => {
  it.each<readonly [string, VoiceEvent, string | undefined]>([
    ['begins with the prefix of the number that was called', eventOf({ callerName: 'Dina' }), 'Sales Dina'],
    ['has the number where the caller has no name', eventOf(), 'Sales +16465550150'],
    ['in a group too', { ...GROUP, callerName: 'Dina' }, 'Main Dina'],
    ['stays as it is outside', FORWARDED, undefined],
    ['stays as it is where the number has no prefix', eventOf({ to: '+16465550103', callerName: 'Dina' }), undefined],
    ['stays as it is inside', INTERNAL, undefined],
    ['stays short', eventOf({ callerName: '🙂'.repeat(500) }), `Sales ${'🙂'.repeat(74)}`],
  ])('%s', (_rule, event, name) => {
    expect(stepOf(answerTo(office({}), event), 'dial').callerName).toBe(name);
  });

  it('keeps its prefix when the call goes on to the next telephone', () => {
    const event = eventOf({ callerName: 'Dina' });
    const next = answerTo(office({}), { ...event, dialOutcome: 'busy' }, resumeOf(answerTo(office({}), event)));
    expect(stepOf(next, 'dial')).toMatchObject({ targets: [{ number: '102' }], callerName: 'Sales Dina' });
  });
});
