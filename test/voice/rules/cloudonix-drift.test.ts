import { describe, expect, test } from 'vitest';
import { covers, driftOf, type Seen, type SeenDnid, type Wanted } from '../../../src/voice/rules/cloudonix-drift.ts';

const wanted: Wanted = {
  voiceUrl: 'https://pbx.example.com/webhooks/cloudonix/voice',
  sessionUrl: 'https://pbx.example.com/webhooks/cloudonix/session/tok',
  cdrUrl: 'https://pbx.example.com/webhooks/cloudonix/cdr/tok',
  requestsApiKey: 'the-key',
  callTimeoutSeconds: 45,
  phones: [
    { number: '101', isActive: true },
    { number: '103', isActive: false },
  ],
  ownSubscribers: new Set(['101', '150']),
  numbers: ['+16465550100'],
  trunks: ['carrier-us', 'carrier-us'],
};

const application = { id: '7', name: 'switchhook', type: 'cxml', url: wanted.voiceUrl, method: 'POST', active: true };
const dnid: SeenDnid = {
  source: '+16465550100',
  dnid: undefined,
  prefix: false,
  asteriskCompatible: false,
  active: true,
};
const inStep: Seen = {
  profile: {
    'authorization-api-key': 'the-key',
    'session-update-endpoint': wanted.sessionUrl,
    'cdr-endpoint': wanted.cdrUrl,
    'call-timeout': '45',
    'recording-media-type': 'mp3',
  },
  defaultApplication: '7',
  applications: [application],
  subscribers: [{ msisdn: '101', active: true }],
  trunks: [{ name: 'carrier-us', direction: 'public-outbound', active: true }],
  dnids: [dnid],
};

const told = (seen: Partial<Seen>, want: Partial<Wanted> = {}) =>
  driftOf({ ...wanted, ...want }, { ...inStep, ...seen }).map(
    ({ action, object, name }) => `${action} ${object} ${name}`,
  );

test('both sides the same: nothing to tell', () => {
  expect(driftOf(wanted, inStep)).toEqual([]);
});

describe('each difference is told once, with what a sync does about it', () => {
  test.each<[string, Partial<Seen>, string[]]>([
    [
      'a missing webhook',
      { profile: { ...inStep.profile, 'cdr-endpoint': undefined } },
      ['create domain cdr-endpoint'],
    ],
    ['another timeout', { profile: { ...inStep.profile, 'call-timeout': 60 } }, ['update domain call-timeout']],
    [
      'no application',
      { applications: [], defaultApplication: undefined },
      ['create application switchhook', 'create domain default application'],
    ],
    [
      'an address that moved',
      { applications: [{ ...application, url: 'https://old' }] },
      ['update application switchhook'],
    ],
    [
      'an application asked by GET',
      { applications: [{ ...application, method: 'GET' }] },
      ['update application switchhook'],
    ],
    ['another default', { defaultApplication: '9' }, ['update domain default application']],
    ['a phone without subscriber', { subscribers: [] }, ['create subscriber 101']],
    [
      'a phone that was switched off there',
      { subscribers: [{ msisdn: '101', active: false }] },
      ['enable subscriber 101'],
    ],
    [
      'an inactive extension that can still call',
      { subscribers: [...inStep.subscribers, { msisdn: '103', active: true }] },
      ['disable subscriber 103'],
    ],
    [
      'a subscriber whose extension was removed',
      { subscribers: [...inStep.subscribers, { msisdn: '150', active: true }] },
      ['disable subscriber 150'],
    ],
    [
      'a subscriber that is none of ours',
      { subscribers: [...inStep.subscribers, { msisdn: '999', active: true }] },
      ['look subscriber 999'],
    ],
    ['a trunk that is not there', { trunks: [] }, ['look trunk carrier-us']],
    [
      'a trunk that only takes calls in',
      { trunks: [{ name: 'carrier-us', direction: 'public-inbound', active: true }] },
      ['look trunk carrier-us'],
    ],
    ['a number without DNID', { dnids: [] }, ['create number +16465550100']],
    ['a DNID nobody routes', { dnids: [dnid, { ...dnid, source: '+16465550999' }] }, ['look number +16465550999']],
  ])('%s', (_, seen, expected) => {
    expect(told(seen)).toEqual(expected);
  });

  test('no row shows the key or the token of the callbacks', () => {
    const rows = driftOf(wanted, {
      ...inStep,
      profile: {
        'authorization-api-key': 'another-key',
        'cdr-endpoint': 'https://pbx.example.com/webhooks/cloudonix/cdr/former-token',
      },
    });
    const table = JSON.stringify(rows.map(({ change: _, ...row }) => row));
    expect(rows.length).toBeGreaterThan(2);
    for (const secret of ['the-key', 'another-key', 'former-token', '/tok'])
      expect(table, secret).not.toContain(secret);
  });
});

describe('which numbers a DNID takes', () => {
  test.each<[string, Partial<SeenDnid>, string, boolean]>([
    ['itself', { source: '+12125550100' }, '+12125550100', true],
    ['without its plus', { source: '12125550100' }, '+12125550100', true],
    ['a prefix', { source: '+1212', prefix: true }, '+12125550100', true],
    ['not by its beginning alone', { source: '+1212' }, '+12125550100', false],
    ['an expression', { source: undefined, dnid: '^1212555\\d+$' }, '+12125550100', true],
    ['an asterisk pattern', { source: '_1NXXNXXXXXX', asteriskCompatible: true }, '+12125550100', true],
    [
      'an asterisk pattern that wants other digits',
      { source: '_1ZXX0.', asteriskCompatible: true },
      '+12125550100',
      false,
    ],
    ['a set in an asterisk pattern', { source: '_1[2-4]1X.', asteriskCompatible: true }, '+12125550100', true],
    ['an expression that is none', { source: undefined, dnid: '^(1212' }, '+12125550100', false],
  ])('%s', (_, facts, number, expected) => {
    expect(covers({ ...dnid, source: undefined, ...facts }, number)).toBe(expected);
  });
});
