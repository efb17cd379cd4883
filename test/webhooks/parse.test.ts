import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialOutcomeOf } from '../../src/webhooks/dial-outcome.ts';
import { parseVoiceRequest, type VoiceRequest } from '../../src/webhooks/parse.ts';
import { ownSample, readMessage, type SampleMessage, sampleNames, sharedSamples } from './samples.ts';

function parse(message: Partial<SampleMessage> & { readonly text?: string; readonly query?: string }): VoiceRequest {
  const headers = message.headers ?? { 'content-type': 'application/json' };
  return parseVoiceRequest({
    contentType: headers['content-type'] ?? '',
    body: message.text ?? (message.body === undefined ? '' : JSON.stringify(message.body)),
    query: Object.fromEntries(new URLSearchParams(message.query ?? '')),
    headers: { header: (name) => headers[name] },
  });
}

describe('voice request', () => {
  it('from a trunk', () => {
    expect(parse(ownSample('voice-inbound.json'))).toEqual({
      event: {
        callToken: '7d1f0a5b2c3e4d5f6a7b8c9d0e1f2a3b',
        from: '+16465550150',
        to: '+16465550102',
        direction: 'inbound',
        overTrunk: true,
        callerName: 'DINA DORN',
      },
      domain: 'acme.cloudonix.net',
      stageId: '00aa00000000f001',
    });
  });

  it('from a phone of ours', () => {
    expect(parse(ownSample('voice-subscriber.json')).event).toMatchObject({
      direction: 'subscriber',
      overTrunk: false,
    });
  });

  it('of a call we placed', () => {
    expect(parse(ownSample('voice-outbound-api.json')).event).toMatchObject({
      direction: 'outbound-api',
      overTrunk: false,
    });
  });

  it('after a Dial and after a Gather', () => {
    expect(parse(ownSample('dial-no-answer.json')).event.dialOutcome).toBe('no-answer');
    expect(parse(ownSample('gather-digits.json')).event.digits).toBe('1');
    expect(parse(ownSample('gather-empty.json')).event).not.toHaveProperty('digits');
  });

  const fields = { Session: 't', From: '101', To: '0102', Direction: 'subscriber', Domain: 'ACME', Digits: '007' };
  const form = new URLSearchParams(fields).toString();
  it.each<readonly [string, Parameters<typeof parse>[0]]>([
    ['JSON', { body: fields }],
    ['JSON in a list of one', { body: [fields] }],
    ['JSON without a content type', { headers: {}, body: fields }],
    ['JSON called a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: fields }],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, text: form }],
    ['a form called JSON', { text: form }],
    ['a query', { query: form }],
    ['a query beside a body that says null', { body: { From: null, To: '0102' }, query: form }],
    ['a body that overrules the query', { body: fields, query: 'From=999&Digits=1' }],
  ])('arrives alike as %s', (_how, message) => {
    expect(parse(message)).toMatchObject({
      event: { callToken: 't', from: '101', to: '0102', direction: 'subscriber', digits: '007' },
      domain: 'acme.cloudonix.net',
    });
  });

  it('falls back to headers and to SessionData, also when that is text', () => {
    const headers = { 'x-cx-from': '+1', 'x-cx-to': '+2', 'x-cx-session': 's', 'x-cx-domain': 'Acme.Example' };
    expect(parse({ headers })).toMatchObject({
      event: { from: '+1', to: '+2', callToken: 's' },
      domain: 'acme.example',
    });
    const session = {
      token: 's',
      domain: 'acme',
      callerId: '101',
      destination: '102',
      profile: { 'inbound-trunk-id': 0 },
    };
    expect(parse({ body: { SessionData: JSON.stringify(session) } })).toMatchObject({
      event: { from: '101', to: '102', callToken: 's', overTrunk: true },
      domain: 'acme.cloudonix.net',
    });
  });

  it.each<readonly [string, unknown, string | undefined, boolean]>([
    ['nothing', {}, undefined, false],
    ['a subscriber source', {}, 'SUBSCRIBER', false],
    ['a source that is no phone', {}, 'TRUNK', true],
    ['a source nobody documented', {}, 'PEER', true],
    ['a trunk name', { 'inbound-trunk-name': 'c' }, 'SUBSCRIBER', true],
    ['SIP headers of a trunk', { 'trunk-sip-headers': {} }, undefined, true],
    ['a trunk id of null', { 'inbound-trunk-id': null }, undefined, false],
  ])('%s in the request shows a trunk: %#', (_what, profile, source, expected) => {
    const headers = { 'content-type': 'application/json', ...(source === undefined ? {} : { 'x-cx-source': source }) };
    expect(parse({ headers, body: { SessionData: { profile } } }).event.overTrunk).toBe(expected);
  });

  it.each([
    ['Inbound', 'inbound'],
    ['SUBSCRIBER', 'subscriber'],
    ['outbound-api', 'outbound-api'],
    ['outbound', 'inbound'],
    ['application', 'inbound'],
    [7, 'inbound'],
  ])('direction %s is %s', (Direction, expected) => {
    expect(parse({ body: { Direction } }).event.direction).toBe(expected);
  });

  it('takes the user of a SIP address', () => {
    expect(parse({ body: { From: 'sip:101@acme.example', To: 'sips:102;user=phone' } }).event).toMatchObject({
      from: '101',
      to: '102',
    });
    expect(parse({ body: { From: 'TEL:+12125550150', To: 'tel:+12125550100;ext=7' } }).event).toMatchObject({
      from: '+12125550150',
      to: '+12125550100',
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.string(), fc.string(), (text, contentType, query) => {
        const { event } = parse({ headers: { 'content-type': contentType }, text, query });
        expect(typeof event.from).toBe('string');
      }),
    );
  });
});

describe('dial outcome', () => {
  it.each([
    ['completed', 'in-progress', undefined, 'answered'],
    ['answered', undefined, undefined, 'answered'],
    ['NO ANSWER', undefined, undefined, 'no-answer'],
    ['noanswer', undefined, undefined, 'no-answer'],
    ['busy', 'completed', undefined, 'busy'],
    [undefined, 'canceled', undefined, 'canceled'],
    ['', 'failed', undefined, 'failed'],
    ['unknown', undefined, undefined, 'failed'],
    [undefined, 'in-progress', '12', 'answered'],
    [undefined, 'in-progress', 0, undefined],
    ['ringing', 'ringing', undefined, undefined],
    ['constructor', 'constructor', undefined, undefined],
  ])('%s with %s and %s seconds is %s', (dialCallStatus, callStatus, duration, expected) => {
    expect(dialOutcomeOf(dialCallStatus, callStatus, duration)).toBe(expected);
  });
});

const shared = sharedSamples();
describe.skipIf(shared === undefined)('every shared sample', () => {
  const names =
    shared === undefined
      ? []
      : sampleNames(shared, '.json').filter((name) => /^(voice|dial|gather|record)-/.test(name));

  it('there are samples to look at', () => {
    expect(names.length).toBeGreaterThanOrEqual(9);
  });

  it.each(names)('%s', (name) => {
    const { event, domain, stageId } = parse(readMessage(new URL(name, shared)));
    expect(event.callToken).toMatch(/^[0-9a-f]{32}$/);
    expect(event.from).not.toBe('');
    expect(event.overTrunk).toBe(event.direction === 'inbound');
    expect(domain).toBe('acme.cloudonix.net');
    expect(stageId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('a GET', () => {
    const [line = ''] = readFileSync(new URL('voice-request-inbound-get.txt', shared ?? undefined), 'utf8').split('\n');
    const query = line.split(' ')[1]?.split('?')[1] ?? '';
    expect(parse({ headers: {}, query })).toMatchObject({
      event: { from: '+12125550101', to: '+12125550100', direction: 'inbound', callerName: 'JANE DOE' },
      domain: 'acme.cloudonix.net',
    });
  });
});
