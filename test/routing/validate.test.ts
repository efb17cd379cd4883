import { describe, expect, it } from 'vitest';
import { type PlanDocumentInput, validate, validateInSteps } from '../../src/routing/index.ts';
import { acme, documentOf, users } from './support.ts';

function problemsOf(parts: Partial<PlanDocumentInput>): string[] {
  return validate(documentOf(parts)).map(({ severity, path, message }) => `${severity} ${path} ${message}`);
}

describe('validate', () => {
  it('finds nothing in the demo organization but the member who is inactive', () => {
    expect(validate(acme())).toEqual([
      { severity: 'warning', path: 'ringGroups.0.members.2', message: 'extension 103 is inactive and will be skipped' },
    ]);
  });

  it('finds the same in steps, with pauses in between', () => {
    const document = documentOf({ numbers: [{ number: '+12125550100', routeTo: 'ring_group:gone' }] });
    const steps = validateInSteps(document);
    let pauses = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) pauses += 1;
    expect(step.value).toEqual(validate(document));
    expect(step.value).toHaveLength(1);
    expect(pauses).toBeGreaterThan(5);
  });

  it('lists all problems, not the first', () => {
    const problems = problemsOf({
      numbers: [
        { number: '+12125550100', routeTo: 'ring_group:gone' },
        { number: '+12125550100', routeTo: 'extension:999' },
      ],
      ringGroups: [{ name: 'g', members: ['101', '102'], fallback: 'ivr_menu:gone' }],
      aiLoadBalancers: [{ name: 'b', members: [{ assistant: 'gone' }] }],
      businessHours: [{ name: 'h', weekly: { monday: ['09:00-10:00'] }, open: 'voicemail:1', closed: 'mailbox:2' }],
    });
    expect(problems.filter((problem) => problem.startsWith('error'))).toEqual([
      'error numbers.1.number "+12125550100" occurs twice; keep one or choose another number',
      'error numbers.0.routeTo ring_group:gone does not exist; define it or choose another target',
      'error numbers.1.routeTo extension:999 does not exist; define it or choose another target',
      'error ringGroups.0.fallback ivr_menu:gone does not exist; define it or choose another target',
      'error businessHours.0.open voicemail:1 does not exist; define it or choose another target',
      'error businessHours.0.closed mailbox:2 does not exist; define it or choose another target',
      'error ringGroups.0.members.0 extension 101 does not exist; define it or remove it here',
      'error ringGroups.0.members.1 extension 102 does not exist; define it or remove it here',
      'error aiLoadBalancers.0.members.0.assistant AI assistant gone does not exist; define it or remove it here',
    ]);
  });

  const greeting = { say: 'hi' };
  const loops: readonly (readonly [string, Partial<PlanDocumentInput>, string])[] = [
    [
      'two ring groups',
      {
        extensions: users('101') ?? [],
        ringGroups: [
          { name: 'a', members: ['101'], fallback: 'ring_group:b' },
          { name: 'b', members: ['101'], fallback: 'ring_group:a' },
        ],
      },
      'error ringGroups.1.fallback loop: ring_group:a → ring_group:b → ring_group:a never ends; send one of them somewhere else',
    ],
    [
      'a menu that fails over to itself',
      { ivrMenus: [{ name: 'm', greeting, directDial: true, failover: 'ivr_menu:m' }] },
      'error ivrMenus.0.failover loop: ivr_menu:m → ivr_menu:m never ends; send one of them somewhere else',
    ],
    [
      'business hours through an extension',
      {
        extensions: [{ number: '700', type: 'ivr', target: 'ivr_menu:m' }],
        ivrMenus: [{ name: 'm', greeting, directDial: true, failover: 'business_hours:h' }],
        businessHours: [{ name: 'h', weekly: { monday: ['09:00-10:00'] }, open: 'hangup', closed: 'extension:700' }],
      },
      'error ivrMenus.0.failover loop: ivr_menu:m → business_hours:h → extension:700 → ivr_menu:m never ends; send one of them somewhere else',
    ],
    [
      'a forward to a number of ours',
      {
        extensions: [{ number: '109', type: 'forward', forwardTo: '+12125550100' }],
        numbers: [{ number: '+12125550100', routeTo: 'extension:109' }],
      },
      'error numbers.0.routeTo loop: extension:109 → number:+12125550100 → extension:109 never ends; send one of them somewhere else',
    ],
    [
      'forwards in a circle',
      {
        extensions: [
          { number: '109', type: 'forward', forwardTo: '110' },
          { number: '110', type: 'forward', forwardTo: '109' },
        ],
      },
      'error extensions.1.forwardTo loop: extension:109 → extension:110 → extension:109 never ends; send one of them somewhere else',
    ],
  ];
  it.each(loops)('%s is a loop, told once', (_name, parts, expected) => {
    const found = problemsOf(parts).filter((problem) => problem.includes('loop:'));
    expect(found).toHaveLength(1);
    expect(new Set(found[0]?.match(/[a-z_]+:[+\w]+/g))).toEqual(new Set(expected.match(/[a-z_]+:[+\w]+/g)));
  });

  it('a menu option that leads back is no loop, for the caller chose it', () => {
    expect(problemsOf({ ivrMenus: [{ name: 'm', greeting, options: [{ key: '*', to: 'ivr_menu:m' }] }] })).toEqual([]);
  });

  it.each<readonly [string, Partial<PlanDocumentInput>, RegExp]>([
    ['a menu without a choice', { ivrMenus: [{ name: 'm', greeting }] }, /offers nothing to choose/],
    [
      'a mailbox without a PIN behind a number',
      {
        numbers: [{ number: '+12125550100', routeTo: 'mailbox:101' }],
        voicemailBoxes: [{ number: '101' }],
      },
      /nobody outside can open mailbox:101; give the voicemail box a PIN/,
    ],
    [
      'a box that is inactive',
      {
        numbers: [{ number: '+12125550100', routeTo: 'voicemail:101' }],
        voicemailBoxes: [{ number: '101', status: 'inactive' }],
      },
      /voicemail:101 is inactive/,
    ],
    [
      'a sound that was never uploaded',
      { media: [], voicemailBoxes: [{ number: '101', greeting: { play: 'media:away' } }] },
      /media:away was not uploaded/,
    ],
    [
      'a whitelist entry whose prefix is of another country',
      { outboundWhitelist: [{ country: 'GB', prefix: '+1', trunk: 't' }] },
      /GB has \+44, and the prefix \+1 decides/,
    ],
    [
      'an announcement of recording that was never uploaded',
      { media: [], voice: { recording: { announcement: { play: 'media:told' } } } },
      /media:told was not uploaded/,
    ],
    ['hours that never open', { businessHours: [{ name: 'h', open: 'hangup' }] }, /never opens/],
    [
      'a forward that no rule lets out',
      { numbers: [{ number: '+12125550100', routeTo: 'forward:+4930123456' }] },
      /calls to \+4930123456 will be refused/,
    ],
    [
      'an active number that leads to an inactive extension',
      {
        extensions: [{ number: '101', status: 'inactive' }],
        numbers: [{ number: '+12125550100', routeTo: 'extension:101' }],
      },
      /extension:101 is inactive/,
    ],
    [
      'a group without anybody active',
      { extensions: [{ number: '101', status: 'inactive' }], ringGroups: [{ name: 'g', members: ['101'] }] },
      /nobody in g is active/,
    ],
    [
      'a group that may ring longer than a call lasts',
      {
        extensions: Array.from({ length: 10 }, (_, index) => ({ number: `10${index}` })),
        ringGroups: [
          {
            name: 'g',
            strategy: 'sequential',
            turns: 9,
            members: Array.from({ length: 10 }, (_, index) => `10${index}`),
          },
        ],
      },
      /may ring 90 times, but a call ends after 50/,
    ],
  ])('%s is a warning', (_name, parts, message) => {
    const problems = problemsOf(parts);
    expect(problems.every((problem) => problem.startsWith('warning'))).toBe(true);
    expect(problems.join('\n')).toMatch(message);
  });

  it.each<readonly [string, Partial<PlanDocumentInput>, RegExp]>([
    [
      'a menu key twice',
      {
        ivrMenus: [
          {
            name: 'm',
            greeting,
            options: [
              { key: '1', to: 'hangup' },
              { key: '1', to: 'hangup' },
            ],
          },
        ],
      },
      /options.1.key "1" occurs twice/,
    ],
    [
      'a phone and a forward rung together',
      {
        extensions: [{ number: '109', type: 'forward', forwardTo: '+12125550177' }],
        ringGroups: [{ name: 'g', members: ['109'] }],
      },
      /takes phones only/,
    ],
    [
      'an exception twice',
      {
        businessHours: [
          {
            name: 'h',
            open: 'hangup',
            exceptions: [
              { date: '2026-01-01', closed: true },
              { date: '2026-01-01', closed: true },
            ],
          },
        ],
      },
      /"2026-01-01" occurs twice/,
    ],
  ])('%s is an error', (_name, parts, message) => {
    expect(
      problemsOf(parts)
        .filter((problem) => problem.startsWith('error'))
        .join('\n'),
    ).toMatch(message);
  });
});
