import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CallerInput,
  compile,
  MAX_DOCUMENTS,
  type PlanDocumentInput,
  parseCallerInput,
  planDocumentSchema,
  simulate,
} from '../../src/routing/index.ts';
import { acme, documentOf, eventOf, NOON, spoken } from './support.ts';

/** Plays a call and answers whatever it waits for, for ever. */
function playOn(document: Parameters<typeof compile>[0], to: string, choose: (step: number) => CallerInput): number {
  const plan = compile(document);
  const inputs: CallerInput[] = [];
  for (;;) {
    const played = simulate(plan, eventOf({ to }), inputs, NOON);
    if (played.stopped === 'ended') return played.answers.length;
    const waits = played.answers.at(-1)?.steps.map((step) => step.kind) ?? [];
    const fitting = waits.includes('gather') ? ['digits', 'speech'] : waits.includes('record') ? ['record'] : ['dial'];
    const chosen = choose(inputs.length);
    // What does not fit is nothing: silence at a menu, no answer at a dial.
    inputs.push(fitting.includes(chosen.kind) ? chosen : { kind: 'noinput' });
    if (inputs.length > 200) return Number.POSITIVE_INFINITY;
  }
}

describe('every call ends', () => {
  it.each<readonly [string, Partial<PlanDocumentInput>, CallerInput]>([
    [
      'in groups that fall back to each other',
      {
        extensions: [{ number: '101' }],
        ringGroups: [
          { name: 'a', members: ['101'], fallback: 'ring_group:b', turns: 9 },
          { name: 'b', members: ['101'], fallback: 'ring_group:a', turns: 9 },
        ],
        numbers: [{ number: '+16465550100', routeTo: 'ring_group:a' }],
      },
      { kind: 'dial', outcome: 'no-answer' },
    ],
    [
      'in a menu whose caller presses star for ever',
      {
        ivrMenus: [{ name: 'm', greeting: { say: 'hi' }, options: [{ key: '*', to: 'ivr_menu:m' }] }],
        numbers: [{ number: '+16465550100', routeTo: 'ivr_menu:m' }],
      },
      { kind: 'digits', digits: '*' },
    ],
    [
      'in a menu that fails over to itself',
      {
        ivrMenus: [{ name: 'm', greeting: { say: 'hi' }, failover: 'ivr_menu:m' }],
        numbers: [{ number: '+16465550100', routeTo: 'ivr_menu:m' }],
      },
      { kind: 'noinput' },
    ],
    [
      'in forwards that go round',
      {
        extensions: [
          { number: '109', type: 'forward', forwardTo: '110' },
          { number: '110', type: 'forward', forwardTo: '109' },
        ],
        numbers: [{ number: '+16465550100', routeTo: 'extension:109' }],
      },
      { kind: 'noinput' },
    ],
  ])('%s', (_name, parts, input) => {
    expect(playOn(documentOf(parts), '+16465550100', () => input)).toBeLessThanOrEqual(MAX_DOCUMENTS);
  });

  it('with a sentence, when it goes round in circles', () => {
    const document = documentOf({
      extensions: [{ number: '109', type: 'forward', forwardTo: '109' }],
      numbers: [{ number: '+16465550100', routeTo: 'extension:109' }],
    });
    const { answers } = simulate(compile(document), eventOf(), [], NOON);
    expect(answers).toHaveLength(1);
    expect(answers[0] && spoken(answers[0])).toMatch(/cannot be connected/);
    expect(answers[0]?.trace.at(-1)).toBe('loop: extension:109 leads back to itself');
  });

  const targets = [
    'ring_group:a',
    'ring_group:b',
    'ring_group:e',
    'ring_group:f',
    'ivr_menu:m',
    'ivr_menu:n',
    'business_hours:h',
    'extension:101',
    'extension:700',
    'ai_load_balancer:l',
    'conference_room:c',
    'voicemail:101',
    'mailbox:101',
    'forward:+16465550100',
    'hangup',
    'extension:404',
  ];
  it('in any plan, accepted or not, whatever its caller does', () => {
    const target = fc.constantFrom(...targets);
    const input = fc.constantFrom(
      'digits:1',
      'digits:2',
      'digits:700',
      'digits:8',
      'digits:9',
      'digits:4321',
      'speech:two',
      'record:5',
      'noinput',
      'dial:no-answer',
      'dial:failed',
      'dial:busy',
    );
    fc.assert(
      fc.property(
        fc.array(target, { minLength: 9, maxLength: 9 }),
        fc.array(input, { minLength: 1, maxLength: 20 }),
        (to, script) => {
          const document = planDocumentSchema.parse({
            organization: { slug: 'x', name: 'X' },
            extensions: [{ number: '101' }, { number: '102' }, { number: '700', type: 'ivr', target: 'ivr_menu:m' }],
            numbers: [{ number: '+16465550100', routeTo: to[0] }],
            ringGroups: [
              { name: 'a', strategy: 'sequential', turns: 3, members: ['101', '102'], fallback: to[1] },
              { name: 'b', strategy: 'round_robin', members: ['102'], fallback: to[2] },
              { name: 'e', strategy: 'least_recent', turns: 2, members: ['101', '102'], fallback: to[8] },
              { name: 'f', strategy: 'weighted', turns: 2, members: ['101', '102'], fallback: to[7] },
            ],
            ivrMenus: [
              {
                name: 'm',
                greeting: { say: 'm' },
                directDial: true,
                options: [{ key: '1', to: to[3] }],
                failover: to[4],
              },
              {
                name: 'n',
                greeting: { say: 'n' },
                speech: {},
                options: [
                  { key: '2', to: to[5], phrases: ['two'] },
                  { key: '8', to: 'repeat' },
                  { key: '9', to: 'back' },
                ],
                failover: to[6],
              },
            ],
            conferenceRooms: [{ name: 'c', pin: '4321', hostPin: '1' }],
            voicemailBoxes: [{ number: '101', pin: '4321' }],
            businessHours: [{ name: 'h', open: to[7], closed: to[8] }],
            aiAssistants: [{ name: 'x', protocol: 'websocket', url: 'wss://x.example/' }],
            aiLoadBalancers: [{ name: 'l', followThrough: true, members: [{ assistant: 'x' }], fallback: to[8] }],
          });
          const choose = (step: number) =>
            parseCallerInput(script[step % script.length] ?? '') ?? { kind: 'noinput' as const };
          expect(playOn(document, '+16465550100', choose)).toBeLessThanOrEqual(MAX_DOCUMENTS);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is decided alike every time: same plan, event, state and facts, same decision', () => {
    const inputs: CallerInput[] = [
      { kind: 'digits', digits: '1' },
      { kind: 'dial', outcome: 'busy' },
    ];
    const play = () => JSON.stringify(simulate(compile(acme()), eventOf({ to: '+16465550102' }), inputs, NOON));
    expect(play()).toBe(play());
  });
});

describe('compile', () => {
  it('takes 10,000 numbers in well under a second', () => {
    const numbers = Array.from({ length: 10_000 }, (_, index) => ({
      number: `+1646${String(5_000_000 + index)}`,
      routeTo: 'extension:101',
    }));
    const document = documentOf({ extensions: [{ number: '101' }], numbers });
    const startedAt = performance.now();
    const plan = compile(document);
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(plan.numbers.size).toBe(10_000);
  });
});
