import { describe, expect, it } from 'vitest';
import { explainProblems, type PlanDocumentInput, validate } from '../../src/routing/index.ts';
import { documentOf, users } from './support.ts';

function explained(parts: Partial<PlanDocumentInput>): string[] {
  const document = documentOf(parts);
  return explainProblems(document, validate(document)).map(
    ({ severity, path, way }) => `${severity} ${path}: ${way ?? 'no way'}`,
  );
}

function messages(parts: Partial<PlanDocumentInput>): string[] {
  return validate(documentOf(parts)).map(({ severity, path, message }) => `${severity} ${path} ${message}`);
}

const greeting = { say: 'hi' };

describe('a problem is told with the way on which a call meets it', () => {
  it('through a number, a menu and its key', () => {
    expect(
      explained({
        numbers: [{ number: '+12125550100', routeTo: 'ivr_menu:main' }],
        ivrMenus: [
          {
            name: 'main',
            greeting,
            options: [
              { key: '1', to: 'hangup' },
              { key: '2', to: 'ring_group:sales' },
            ],
          },
        ],
      }),
    ).toEqual(['error ivrMenus.0.options.1.to: number:+12125550100 > ivr_menu:main > key 2 > ring_group:sales']);
  });

  it('through closed hours to a member who is gone', () => {
    expect(
      explained({
        extensions: users('101') ?? [],
        numbers: [{ number: '+12125550100', routeTo: 'business_hours:office' }],
        businessHours: [
          { name: 'office', weekly: { monday: ['09:00-17:00'] }, open: 'hangup', closed: 'ring_group:late' },
        ],
        ringGroups: [{ name: 'late', members: ['101', '999'] }],
      }),
    ).toEqual([
      'error ringGroups.0.members.1: number:+12125550100 > business_hours:office > closed > ring_group:late > member 999',
    ]);
  });

  it('from the object itself where no call leads to it', () => {
    expect(explained({ ringGroups: [{ name: 'alone', members: ['999'] }] })).toContain(
      'error ringGroups.0.members.0: ring_group:alone > member 999',
    );
  });

  it('and not at all where the problem is no place of calls', () => {
    const whitelist = { prefix: '+1', trunk: 'a' };
    expect(explained({ outboundWhitelist: [whitelist, whitelist] })).toContain(
      'error outboundWhitelist.1.prefix: no way',
    );
  });
});

describe('choices of a menu', () => {
  const menu = { name: 'm', greeting };

  it('that another key begins with are told to wait', () => {
    const options = [
      { key: '1', to: 'hangup' },
      { key: '12', to: 'hangup' },
    ];
    expect(messages({ ivrMenus: [{ ...menu, options }] })).toEqual([
      'warning ivrMenus.0.options.0.key key 1 is the beginning of key 12, so it counts only after 2 s without another key; use keys of one length',
    ]);
  });

  it('that hide an extension from direct dial are told', () => {
    const parts = {
      extensions: users('101') ?? [],
      ivrMenus: [{ ...menu, directDial: true, options: [{ key: '101', to: 'hangup' }] }],
    };
    expect(messages(parts)).toEqual([
      'warning ivrMenus.0.options.0.key key 101 hides extension 101 from direct dial; choose another key',
    ]);
  });

  it('that words chose before are told', () => {
    const options = [
      { key: '1', to: 'hangup', phrases: ['Sales'] },
      { key: '2', to: 'hangup', phrases: ['sales'] },
    ];
    expect(messages({ ivrMenus: [{ ...menu, speech: {}, options }] })).toEqual([
      'warning ivrMenus.0.options.1.phrases.0 "sales" already chooses an option before; nobody reaches this one by it',
    ]);
  });

  it('that the same words choose, however they are written, are told; what nobody can say too', () => {
    const options = [
      { key: '1', name: 'Café', to: 'hangup', phrases: ['cafe', 'Coffee!'] },
      { key: '2', name: 'coffee', to: 'hangup', phrases: ['CAFÉ', '?!'] },
    ];
    const told = messages({ ivrMenus: [{ ...menu, speech: {}, options }] });
    expect(told.map((message) => message.split(' ').slice(1, 3).join(' '))).toEqual([
      'ivrMenus.0.options.1.phrases.0 "CAFÉ"',
      'ivrMenus.0.options.1.phrases.1 nobody',
      'ivrMenus.0.options.1.name "coffee"',
    ]);
  });

  it('with names that only people read may be alike', () => {
    const options = [
      { key: '1', name: 'Sales', to: 'hangup' },
      { key: '2', name: 'sales', to: 'hangup' },
    ];
    expect(messages({ ivrMenus: [{ ...menu, options }] })).toEqual([]);
  });
});

describe('hours', () => {
  const hours = { name: 'h', open: 'hangup' };
  const office = { ...hours, weekly: { monday: ['09:00-17:00'] } };

  it.each<[string, NonNullable<PlanDocumentInput['businessHours']>[number], string[]]>([
    ['that touch are fine', { ...hours, weekly: { monday: ['09:00-12:00', '12:00-17:00'] } }, []],
    [
      'that overlap on a day',
      { ...hours, weekly: { monday: ['09:00-12:30', '12:00-17:00'] } },
      [
        'businessHours.0.weekly.monday.1 monday 12:00-17:00 overlaps monday 09:00-12:30; shorten one of them or join the two',
      ],
    ],
    [
      'that overlap over midnight, and over the end of the week',
      { ...hours, weekly: { monday: ['00:30-08:00'], sunday: ['22:00-01:00'] } },
      [
        'businessHours.0.weekly.sunday.0 sunday 22:00-01:00 overlaps monday 00:30-08:00; shorten one of them or join the two',
      ],
    ],
    [
      'of an exception that overlap',
      { ...office, exceptions: [{ date: '2026-12-24', ranges: ['08:00-12:00', '11:00-13:00'] }] },
      [
        'businessHours.0.exceptions.0.ranges.1 that day 11:00-13:00 overlaps that day 08:00-12:00; shorten one of them or join the two',
      ],
    ],
    [
      'closed in two spans that meet over the new year',
      {
        ...office,
        exceptions: [
          { from: '12-20', to: '01-06', closed: true },
          { from: '01-02', to: '01-10', closed: true },
        ],
      },
      [
        'businessHours.0.exceptions.1.from 01-02 to 01-10 overlaps 12-20 to 01-06; where they meet the first of them counts',
      ],
    ],
  ])('%s', (_name, schedule, expected) => {
    expect(messages({ businessHours: [schedule] })).toEqual(expected.map((problem) => `warning ${problem}`));
  });
});
