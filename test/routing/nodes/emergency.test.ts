import { describe, expect, it } from 'vitest';
import { PHRASES, type PlanDocumentInput, validate } from '../../../src/routing/index.ts';
import { answerTo, dialedBy, documentOf, eventOf, kinds, resumeOf, rung, spoken, stepOf } from '../support.ts';

/** Nothing may leave this organization, and everything is recorded: only help is still to be had. */
function closed(parts: Partial<PlanDocumentInput> = {}) {
  return documentOf({
    extensions: [
      { number: '101', outbound: 'none', outboundLimits: { callsPerDay: 1 } },
      { number: '103', status: 'inactive' },
    ],
    numbers: [{ number: '+16465550100', routeTo: 'extension:101' }],
    voice: {
      outbound: 'none',
      limits: { organization: { callsPerMinute: 1 } },
      recording: { mode: 'all' },
      ...parts.voice,
    },
    ...parts,
  });
}

describe('a call for help', () => {
  it.each<readonly [string | undefined, string, string]>([
    ['US', '911', '911'],
    ['US', '112', '911'],
    ['GB', '999', '999'],
    ['GB', '112', '112'],
    ['GB', '911', '999'],
    ['DE', '110', '110'],
    ['AU', '000', '000'],
    ['AU', '911', '000'],
    ['NZ', '111', '111'],
    ['FR', '15', '15'],
    ['JP', '119', '119'],
    ['LU', '112', '112'],
    ['FR', '17', '17'],
    ['BR', '190', '190'],
    ['BR', '112', '190'],
    ['IN', '108', '108'],
    ['IT', '118', '118'],
    ['CN', '120', '120'],
    ['ZA', '10111', '10111'],
    ['BY', '102', '102'],
    ['MA', '911', '19'],
    ['TN', '112', '197'],
    ['CX', '112', '112'],
    ['SE', '90000', '90000'],
  ])('in %s dialled as %s reaches %s past whitelist, permission, limits and recording', (region, dialed, number) => {
    const voice = { outbound: 'none' as const, recording: { mode: 'all' as const }, ...(region && { region }) };
    const answer = answerTo(closed({ voice }), dialedBy('101', dialed));
    expect(rung(answer)).toEqual([number]);
    expect(kinds(answer)).toEqual(['dial']);
    const dial = stepOf(answer, 'dial');
    expect(dial).not.toHaveProperty('record');
    expect(dial).not.toHaveProperty('timeLimitSeconds');
    expect(dial.callerId).toBe('+16465550100');
    expect(answer.trace.join()).toMatch(/no rule or limit applies/);
    expect(answer.effects).toEqual([{ kind: 'emergency', from: '101' }]);
  });

  it.each(['103', '999999', '', 'anonymous'])(
    'is open to any telephone that is registered here, also to %j',
    (from) => {
      expect(rung(answerTo(closed(), dialedBy(from, '911')))).toEqual(['911']);
    },
  );

  it('is not for callers from outside', () => {
    for (const direction of ['inbound', 'subscriber', 'outbound-api'] as const) {
      expect(kinds(answerTo(closed(), eventOf({ to: '911', direction })))).not.toContain('dial');
    }
  });

  it('goes over its trunk, then over any trunk, and only then gives up', () => {
    const document = closed({ voice: { emergency: { trunk: 'pstn', callerId: '+16465550100' } } });
    const event = dialedBy('101', '911');
    const first = answerTo(document, event);
    expect(stepOf(first, 'dial').trunk).toBe('pstn');
    const second = answerTo(document, { ...event, dialOutcome: 'failed' }, resumeOf(first));
    expect(stepOf(second, 'dial')).not.toHaveProperty('trunk');
    const third = answerTo(document, { ...event, dialOutcome: 'no-answer' }, resumeOf(second));
    expect(rung(third)).toEqual(['911']);
    const last = answerTo(document, { ...event, dialOutcome: 'busy' }, resumeOf(third));
    expect(spoken(last)).toBe(PHRASES.emergencyUnreached);
    expect(kinds(answerTo(document, { ...event, dialOutcome: 'answered' }, resumeOf(first)))).toEqual(['hangup']);
  });

  it("goes before an extension that has the region's number, and validation says so", () => {
    const document = closed({ extensions: [{ number: '101' }, { number: '911' }, { number: '112' }] });
    expect(stepOf(answerTo(document, dialedBy('101', '911')), 'dial').isEmergency).toBe(true);
    // In the United States 112 is nobody's number, and extension 112 is common.
    expect(rung(answerTo(document, dialedBy('101', '112')))).toEqual(['112']);
    expect(stepOf(answerTo(document, dialedBy('101', '112')), 'dial')).not.toHaveProperty('isEmergency');
    expect(validate(document).map(({ path }) => path)).toContain('extensions.1.number');
  });

  it.each([
    ['IL', '101', true, false],
    ['IL', '100', true, false],
    ['DE', '110', true, false],
    ['DE', '112', true, true],
    ['GB', '999', true, true],
    ['IL', '101', false, true],
    ['DE', '110', false, true],
  ])(
    'in %s: %s with an extension of that number (%s) is a call for help: %s',
    (region, number, hasExtension, isHelp) => {
      const extensions = [{ number: '555' }, ...(hasExtension ? [{ number }] : [])];
      const document = closed({ extensions, voice: { region } });
      const dial = stepOf(answerTo(document, dialedBy('555', number)), 'dial');
      expect(dial.isEmergency === true).toBe(isHelp);
      expect(validate(document).some(({ message }) => message.includes('emergency number'))).toBe(hasExtension);
    },
  );

  it('has the numbers that the organization adds', () => {
    const document = closed({ voice: { emergency: { numbers: ['3333'] } } });
    expect(stepOf(answerTo(document, dialedBy('101', '3333')), 'dial').isEmergency).toBe(true);
  });
});
