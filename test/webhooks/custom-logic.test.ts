import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type CustomLogicFinding, compile, type Finding, type Inquiry } from '../../src/routing/index.ts';
import { readCxml } from '../../src/webhooks/cxml/read.ts';
import { createCustomLogic, type SendPost, sha256Hex } from '../../src/webhooks/index.ts';
import { documentOf } from '../routing/support.ts';
import { actionIn, BEARER, postVoice, voiceApp, voiceRecords } from './support.ts';

const INQUIRY = {
  kind: 'custom_logic' as const,
  key: 'custom_logic:crm',
  url: 'https://crm.example/route',
  secret: '0123456789abcdef',
  timeoutMs: 800,
  body: { from: '+1', callerName: 'Zoë & "Co"' },
};

function asking(answer: Awaited<ReturnType<SendPost>> | Error, secret = INQUIRY.secret) {
  const sent: Parameters<SendPost>[0][] = [];
  const ask = createCustomLogic({
    clock: { now: () => new Date('2026-11-18T17:00:00.900Z') },
    newId: () => 'msg_1',
    async send(post) {
      sent.push(post);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { sent, finding: ask({ ...INQUIRY, secret }) };
}

const ok = (body: string, contentType = 'text/plain') => ({ status: 200, contentType, body });

describe('asking an endpoint', () => {
  it.each([
    ['0123456789abcdef', Buffer.from('0123456789abcdef')],
    [`whsec_${Buffer.from('key of twenty-four bytes').toString('base64')}`, Buffer.from('key of twenty-four bytes')],
  ])('is signed as Standard Webhooks says (%s)', async (secret, key) => {
    const { sent, finding } = asking(ok('extension:101'), secret);
    await finding;
    const [post] = sent;
    const expected = createHmac('sha256', key).update(`msg_1.1795021200.${post?.body}`).digest('base64');
    expect(post?.headers).toMatchObject({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1795021200',
      'webhook-signature': `v1,${expected}`,
    });
    expect(JSON.parse(post?.body ?? '')).toEqual(INQUIRY.body);
    expect(post).toMatchObject({ timeoutMs: 800, maxBytes: 65_536 });
  });

  it.each([
    [ok('extension:101\n'), 'extension:101'],
    [ok('{"target":"ring_group:sales"}', 'application/json; charset=utf-8'), 'ring_group:sales'],
  ])('finds a target', async (answer, target) => {
    expect(await asking(answer).finding).toEqual({ kind: 'target', target });
  });

  it.each([
    ok('<Response><Hangup/></Response>', 'application/xml'),
    ok('<?xml version="1.0"?><Response><Hangup/></Response>', 'text/html'),
    ok(JSON.stringify({ cxml: '<Response><Hangup/></Response>' }), 'application/json'),
  ])('finds a document', async (answer) => {
    expect(await asking(answer).finding).toMatchObject({ kind: 'cxml', verbs: [{ name: 'Hangup' }] });
  });

  it.each([
    [{ status: 302, contentType: '', body: '' }, /redirects are not followed/],
    [{ status: 500, contentType: '', body: 'oops' }, /answered 500/],
    [{ status: 204, contentType: '', body: '' }, /answered 204/],
    [ok(''), /neither a target nor CXML/],
    [ok('two\nlines'), /neither/],
    [ok('x'.repeat(300)), /neither/],
    [ok('{', 'application/json'), /cannot be read/],
    [ok('null', 'application/json'), /without/],
    [ok('{"target":7}', 'application/json'), /without/],
    [ok('<Response><Enqueue/></Response>'), /Enqueue/],
    [ok('<html>'), /refused/],
    [new Error('no answer within 800 ms'), /within 800 ms/],
    [new Error('crm.example leads to 10.0.0.1, which is not public'), /not public/],
  ])('finds that it failed, and why: %j', async (answer, reason) => {
    const finding = await asking(answer).finding;
    expect(finding.kind === 'failed' ? finding.reason : finding).toMatch(reason);
  });
});

describe('a call through custom logic', () => {
  const plan = compile(
    documentOf({
      extensions: [{ number: '101' }, { number: '102' }],
      numbers: [{ number: '+16465550100', routeTo: 'custom_logic:crm' }],
      customLogic: [
        {
          name: 'crm',
          url: 'https://crm.example/',
          secret: '0123456789abcdef',
          timeoutMs: 100,
          fallback: 'extension:102',
        },
      ],
    }),
  );
  const tenant = {
    organizationId: 'org-acme',
    slug: 'acme',
    domain: 'acme.cloudonix.net',
    requestsKeyHash: sha256Hex(BEARER),
    webhookTokenHash: '',
    planVersion: 1,
    plan,
  };
  const call = async (find: () => Promise<CustomLogicFinding>) => {
    const app = voiceApp({ inquiries: { find }, plans: { byDomain: () => tenant, byWebhookToken: () => undefined } });
    const cxml = await (await postVoice(app, { To: '+16465550100' })).text();
    return { cxml, document: readCxml(cxml), trace: voiceRecords(app.records)[0]?.trace ?? [] };
  };

  it('answers the document of the endpoint, written anew', async () => {
    const verbs = [{ name: 'Say', attributes: { loop: '2' }, children: ['<&"\u0007'] }];
    const { cxml } = await call(async () => ({ kind: 'cxml', verbs }));
    expect(cxml).toContain('<Response><Say loop="2">&lt;&amp;"</Say></Response>');
  });

  it('brings the call back to us, and asks the endpoint where it said with what the caller typed', async () => {
    const asked: Inquiry[] = [];
    const verbs = [
      { name: 'Gather', attributes: { numDigits: '1', action: 'https://crm.example/next?a=1&b=2' }, children: [] },
    ];
    const inquiries = {
      async find(_asker: unknown, inquiry: Inquiry): Promise<Finding> {
        asked.push(inquiry);
        return asked.length === 1 ? { kind: 'cxml', verbs } : { kind: 'target', target: 'extension:102' };
      },
    };
    const app = voiceApp({ inquiries, plans: { byDomain: () => tenant, byWebhookToken: () => undefined } });
    const first = await (await postVoice(app, { To: '+16465550100' })).text();
    expect(first).not.toContain('crm.example');
    const second = await (await postVoice(app, { To: '+16465550100', Digits: '7' }, { url: actionIn(first) })).text();
    expect(asked[1]).toMatchObject({ url: 'https://crm.example/next?a=1&b=2', body: { digits: '7' } });
    expect(second).toContain('<Number>102</Number>');
  });

  it.each([
    ['fails', async () => ({ kind: 'failed' as const, reason: 'it answered 500' }), 'it answered 500'],
    ['breaks', () => Promise.reject(new Error('boom')), 'no answer in time'],
    ['hangs for ever', () => new Promise<never>(() => {}), 'no answer in time'],
  ])('goes on at the fallback when the endpoint %s, and the record says why', async (_how, find, reason) => {
    const { document, trace } = await call(find);
    expect(JSON.stringify(document)).toContain('102');
    expect(trace.join('\n')).toContain(`${reason} → extension:102`);
  });
});
