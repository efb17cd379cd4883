import { describe, expect, it } from 'vitest';
import { extensionSchema, PHRASES, type VoiceEvent, validate } from '../../../src/routing/index.ts';
import {
  acme,
  answerTo,
  dialedBy,
  documentOf,
  eventOf,
  kinds,
  resumeOf,
  rung,
  spoken,
  stepOf,
  users,
} from '../support.ts';

describe('extension', () => {
  const document = acme();
  const event = eventOf({ to: '+16465550104' });

  it.each([
    ['no-answer', PHRASES.noAnswer],
    ['failed', PHRASES.noAnswer],
    ['canceled', PHRASES.noAnswer],
    ['busy', PHRASES.busy],
    [undefined, PHRASES.noAnswer],
  ] as const)('not answered (%s) gives a sentence and the end', (dialOutcome, sentence) => {
    const state = resumeOf(answerTo(document, event));
    const answer = answerTo(document, { ...event, ...(dialOutcome === undefined ? {} : { dialOutcome }) }, state);
    expect(spoken(answer)).toBe(sentence);
    expect(kinds(answer)).toEqual(['say', 'hangup']);
  });

  it('answered ends without another word', () => {
    const state = resumeOf(answerTo(document, event));
    expect(kinds(answerTo(document, { ...event, dialOutcome: 'answered' }, state))).toEqual(['hangup']);
  });

  it.each([
    ['600', 'dial'],
    ['700', 'gather'],
    ['800', 'gather'],
    ['900', 'dial'],
    ['109', 'dial'],
  ])('%s leads to what it stands for', (to, kind) => {
    expect(kinds(answerTo(document, dialedBy('102', to)))).toContain(kind);
  });

  it('forwards to the outside only through the whitelist, on its trunk', () => {
    expect(stepOf(answerTo(document, dialedBy('102', '109')), 'dial')).toMatchObject({
      trunk: 'carrier-us',
      targets: [{ number: '+16465550177' }],
      callerId: '+16465550100',
    });
    const unlisted = documentOf({
      extensions: [{ number: '109', type: 'forward', forwardTo: '+4930123456' }, { number: '101' }],
    });
    expect(spoken(answerTo(unlisted, dialedBy('101', '109')))).toBe(PHRASES.outboundRefused);
  });

  it('forwards to a number of ours without leaving', () => {
    const inside = documentOf({
      extensions: [...(users('101', '102') ?? []), { number: '109', type: 'forward', forwardTo: '+16465550104' }],
      numbers: [{ number: '+16465550104', routeTo: 'extension:101' }],
      outboundWhitelist: [{ prefix: '+1', trunk: 'carrier' }],
    });
    const dial = stepOf(answerTo(inside, dialedBy('102', '109')), 'dial');
    expect(dial.targets).toEqual([{ kind: 'number', number: '101' }]);
    expect(dial).not.toHaveProperty('trunk');
  });
});

describe('the way on of a call that is not taken', () => {
  const document = documentOf({
    extensions: [
      {
        number: '101',
        ringTimeoutSeconds: 12,
        onBusy: 'extension:102',
        onNoAnswer: 'extension:103',
        onOffline: 'extension:104',
      },
      ...(users('102', '103', '104') ?? []),
      { number: '105', onNoAnswer: 'extension:103' },
      { number: '106', doNotDisturb: true, onBusy: 'extension:102' },
      { number: '107', doNotDisturb: true },
      { number: '108', onNoAnswer: 'hangup' },
      {
        number: '109',
        type: 'forward',
        forwardTo: '+12025550123',
        onBusy: 'extension:102',
        onOffline: 'extension:104',
      },
      { number: '110', type: 'queue' },
    ],
    numbers: [{ number: '+16465550100', routeTo: 'extension:102' }],
    outboundWhitelist: [{ prefix: '+1', trunk: 'us' }],
  });
  const ways: readonly (readonly [string, VoiceEvent['dialOutcome'], string])[] = [
    ['101', 'busy', '102'],
    ['101', 'no-answer', '103'],
    ['101', 'canceled', '103'],
    ['101', undefined, '103'],
    ['101', 'failed', '104'],
    ['105', 'busy', '103'],
    ['105', 'failed', '103'],
    ['105', 'no-answer', '103'],
    ['109', 'busy', '102'],
    ['109', 'failed', '104'],
  ];
  it.each(ways)('from %s after %s is %s', (to, dialOutcome, next) => {
    const event = dialedBy('104', to);
    const state = resumeOf(answerTo(document, event));
    const answer = answerTo(document, { ...event, ...(dialOutcome === undefined ? {} : { dialOutcome }) }, state);
    expect(rung(answer)).toEqual([next]);
  });

  it('there is none once somebody answered', () => {
    const event = dialedBy('104', '101');
    const state = resumeOf(answerTo(document, event));
    expect(kinds(answerTo(document, { ...event, dialOutcome: 'answered' }, state))).toEqual(['hangup']);
  });

  it('rings for the time of the extension', () => {
    expect(stepOf(answerTo(document, dialedBy('104', '101')), 'dial').timeoutSeconds).toBe(12);
    expect(stepOf(answerTo(document, dialedBy('104', '105')), 'dial').timeoutSeconds).toBe(60);
  });

  it('does not ring who does not want to be disturbed, and goes where busy goes', () => {
    expect(rung(answerTo(document, dialedBy('104', '106')))).toEqual(['102']);
    const alone = answerTo(document, dialedBy('104', '107'));
    expect(spoken(alone)).toBe(PHRASES.busy);
    expect(kinds(alone)).toEqual(['say', 'reject']);
  });

  it('says what happened before it hangs up', () => {
    const event = dialedBy('104', '108');
    const state = resumeOf(answerTo(document, event));
    expect(spoken(answerTo(document, { ...event, dialOutcome: 'no-answer' }, state))).toBe(PHRASES.noAnswer);
  });

  it('of a queue is a polite refusal until queues exist', () => {
    expect(spoken(answerTo(document, dialedBy('104', '110')))).toBe(PHRASES.destinationUnavailable);
    expect(validate(document).map(({ message }) => message)).toContain(
      'queues do not exist yet; callers will hear that it is not available',
    );
  });

  it('is found by validation when it goes round in a circle', () => {
    const round = documentOf({
      extensions: [
        { number: '101', onNoAnswer: 'extension:102' },
        { number: '102', onBusy: 'extension:101' },
      ],
    });
    expect(
      validate(round)
        .map(({ message }) => message)
        .join(),
    ).toMatch(/loop: extension:101 → extension:102 → extension:101/);
  });

  it.each([
    [{ number: '600', type: 'ring_group' as const, target: 'ring_group:g', onBusy: 'extension:101' }, 'onBusy'],
    [{ number: '600', type: 'forward' as const, forwardTo: '101', doNotDisturb: true }, 'doNotDisturb'],
    [{ number: '600', type: 'queue' as const, target: 'extension:101' }, 'target'],
    [{ number: '600', type: 'custom_logic' as const }, 'target'],
    [{ number: '600', ringTimeoutSeconds: 0 }, 'ringTimeoutSeconds'],
    [{ number: '٦٠٠' }, 'number'],
    [{ number: '600', callerId: '+1 646' }, 'callerId'],
  ])('%j is refused by its field', (extension, field) => {
    const parsed = extensionSchema.safeParse(extension);
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toContain(field);
  });
});

describe('forward', () => {
  it('keeps the caller id of a caller outside, and shows the called number for one who withholds it', () => {
    const night = { now: new Date('2026-11-18T04:00:00Z') };
    expect(stepOf(answerTo(acme(), eventOf(), undefined, night), 'dial')).not.toHaveProperty('callerId');
    expect(stepOf(answerTo(acme(), eventOf({ from: 'anonymous' }), undefined, night), 'dial').callerId).toBe(
      '+16465550100',
    );
  });

  it('not answered gives a sentence, answered ends', () => {
    const event = dialedBy('101', '+12025550123');
    const state = resumeOf(answerTo(acme(), event));
    expect(spoken(answerTo(acme(), { ...event, dialOutcome: 'busy' }, state))).toBe(PHRASES.busy);
    expect(kinds(answerTo(acme(), { ...event, dialOutcome: 'answered' }, state))).toEqual(['hangup']);
  });
});
