import { describe, expect, it } from 'vitest';
import { PHRASES } from '../../../src/routing/index.ts';
import { acme, answerTo, dialedBy, documentOf, eventOf, kinds, resumeOf, spoken, stepOf, users } from '../support.ts';

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
