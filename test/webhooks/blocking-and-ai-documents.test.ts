import { describe, expect, it } from 'vitest';
import type { Facts, VoiceEvent } from '../../src/routing/index.ts';
import type { DocumentUrls } from '../../src/webhooks/document-urls.ts';
import { render } from '../../src/webhooks/index.ts';
import { answerTo, documentOf, eventOf } from '../routing/support.ts';
import { cxmlProblems } from '../support/strict-cxml.ts';

const URLS: DocumentUrls = {
  continuation: (state) => `https://pbx.example/voice?c=${state.node}&at=${state.documents}`,
  callback: (kind, subject) => `https://pbx.example/${kind}/${subject}`,
  sound: (url) => url,
};

const document = documentOf({
  extensions: [{ number: '101' }],
  numbers: [
    { number: '+16465550100', routeTo: 'ai_assistant:sip' },
    { number: '+16465550101', routeTo: 'ai_assistant:stream' },
    { number: '+16465550102', routeTo: 'ai_load_balancer:agents' },
  ],
  aiAssistants: [
    {
      name: 'sip',
      protocol: 'sip',
      provider: 'synthflow',
      phoneNumber: '+16465550140',
      username: 'u&1',
      password: 'p<2>',
      parameters: { Team: 'R&D "north"' },
      maxConcurrentCalls: 2,
      maxCallDurationSeconds: 900,
      fallback: 'extension:101',
    },
    {
      name: 'stream',
      protocol: 'websocket',
      url: 'wss://agents.example/ws?a=1&from={from}&s={session}',
      parameters: { team: '🙂 <north>' },
    },
  ],
  aiLoadBalancers: [{ name: 'agents', members: [{ assistant: 'stream' }], fallback: 'extension:101' }],
  inboundBlacklist: [
    { pattern: '+19005550001', action: 'drop' },
    { pattern: '+19005550002', say: 'No <sales> & "offers".' },
    { pattern: '+19005550003', cause: 'busy' },
    { pattern: '+19005550004', action: 'torment', tormentSeconds: 45 },
  ],
});

function rendered(event: Partial<VoiceEvent>, facts: Partial<Facts> = {}): string {
  const xml = render(answerTo(document, eventOf(event), undefined, facts).steps, URLS);
  expect(cxmlProblems(xml)).toEqual([]);
  return xml.split('\n').slice(1).join('\n').replaceAll('><', '>\n<');
}

describe('documents of blocked callers', () => {
  it('dropped', () => {
    expect(rendered({ from: '+19005550001' })).toMatchInlineSnapshot(`
      "<Response>
      <Hangup/>
      </Response>"
    `);
  });

  it('refused with a reason', () => {
    expect(rendered({ from: '+19005550002' })).toMatchInlineSnapshot(`
      "<Response>
      <Say answer="false">No &lt;sales&gt; &amp; "offers".</Say>
      <Reject reason="rejected"/>
      </Response>"
    `);
  });

  it('told that the line is busy', () => {
    expect(rendered({ from: '+19005550003' })).toMatchInlineSnapshot(`
      "<Response>
      <Reject reason="busy"/>
      </Response>"
    `);
  });

  it('held, and no longer than so', () => {
    expect(rendered({ from: '+19005550004' })).toMatchInlineSnapshot(`
      "<Response>
      <Dial timeLimit="45">
      <Conference beep="false" holdMusic="true" startConferenceOnEnter="false" maxParticipants="2">held00112233445566778899aabbccddeeff</Conference>
      </Dial>
      <Hangup/>
      </Response>"
    `);
  });
});

describe('documents of AI assistants', () => {
  it('by SIP', () => {
    expect(rendered({}, { counters: { 'ai_assistant:sip': 0 } })).toMatchInlineSnapshot(`
      "<Response>
      <Dial action="https://pbx.example/voice?c=ai_assistant:sip&amp;at=1" method="POST" timeout="30" timeLimit="900">
      <Header name="X-Caller" value="+16465550150"/>
      <Header name="X-Called" value="+16465550100"/>
      <Header name="X-Team" value="R&amp;D &quot;north&quot;"/>
      <Service provider="synthflow" username="u&amp;1" password="p&lt;2&gt;">+16465550140</Service>
      </Dial>
      </Response>"
    `);
  });

  it('by SIP, with every place taken', () => {
    expect(rendered({}, { counters: { 'ai_assistant:sip': -1 } })).toMatchInlineSnapshot(`
      "<Response>
      <Dial action="https://pbx.example/voice?c=extension:101&amp;at=1" method="POST" timeout="60">
      <Number>101</Number>
      </Dial>
      </Response>"
    `);
  });

  it('by WebSocket', () => {
    expect(rendered({ to: '+16465550101', from: 'a&b' })).toMatchInlineSnapshot(`
      "<Response>
      <Connect action="https://pbx.example/voice?c=ai_assistant:stream&amp;at=1" method="POST">
      <Stream url="wss://agents.example/ws?a=1&amp;from=a%26b&amp;s=00112233445566778899aabbccddeeff" name="stream">
      <Parameter name="team" value="🙂 &lt;north&gt;"/>
      <Parameter name="organization" value="test"/>
      <Parameter name="assistant" value="stream"/>
      <Parameter name="caller" value="a&amp;b"/>
      <Parameter name="called" value="+16465550101"/>
      <Parameter name="session" value="00112233445566778899aabbccddeeff"/>
      </Stream>
      </Connect>
      <Redirect method="POST">https://pbx.example/voice?c=ai_assistant:stream&amp;at=1</Redirect>
      </Response>"
    `);
  });

  it('behind a balancer of which nobody is free', () => {
    const facts = { counters: { 'ai_load_balancer:agents': -1 } };
    expect(rendered({ to: '+16465550102' }, facts)).toMatchInlineSnapshot(`
      "<Response>
      <Dial action="https://pbx.example/voice?c=extension:101&amp;at=1" method="POST" timeout="60">
      <Number>101</Number>
      </Dial>
      </Response>"
    `);
  });
});
