import { describe, expect, it } from 'vitest';
import type { CustomLogicFinding, Facts, VoiceEvent } from '../../src/routing/index.ts';
import type { DocumentUrls } from '../../src/webhooks/document-urls.ts';
import { render } from '../../src/webhooks/index.ts';
import { answerTo, dialedBy, documentOf, eventOf, resumeOf } from '../routing/support.ts';
import { cxmlProblems } from '../support/strict-cxml.ts';

const URLS: DocumentUrls = {
  continuation: (state) => `https://pbx.example/voice?c=${state.node}&at=${state.documents}`,
  callback: (kind, subject) => `https://pbx.example/${kind}/${subject}`,
  sound: (url) => (url.startsWith('/') ? `https://pbx.example${url}` : url),
};

const document = documentOf({
  organization: { slug: 'test', name: 'Test', timezone: 'America/New_York' },
  extensions: [
    { number: '101', name: 'A & <b>', ringTimeoutSeconds: 12, onNoAnswer: 'custom_logic:crm', recording: 'inbound' },
    { number: '102', callerId: '+16465550101', recording: 'none' },
    { number: '103', doNotDisturb: true, onBusy: 'extension:102' },
    { number: '109', type: 'forward', forwardTo: '+447911123456', outbound: 'international', recording: 'none' },
    { number: '110', type: 'queue' },
  ],
  numbers: [
    { number: '+16465550100', routeTo: 'extension:101', callerNamePrefix: '«R&D» <1>' },
    { number: '+16465550101', routeTo: 'extension:103' },
  ],
  conferenceRooms: [{ name: 'daily' }],
  businessHours: [{ name: 'office', open: 'extension:101' }],
  customLogic: [{ name: 'crm', url: 'https://crm.example/', secret: '0123456789abcdef' }],
  outboundWhitelist: [
    { prefix: '+1', trunk: 'us' },
    { prefix: '+44', trunk: 'uk' },
  ],
  voice: {
    recording: { mode: 'none', announcement: { say: 'We record & keep <this>.', language: 'en-GB' } },
    emergency: { trunk: 'pstn' },
    limits: { organization: { minutesPerDay: 60 } },
  },
});

function rendered(event: VoiceEvent, facts: Partial<Facts> = {}): string {
  const xml = render(answerTo(document, event, undefined, facts).steps, URLS);
  expect(cxmlProblems(xml)).toEqual([]);
  return xml.split('\n').slice(1).join('\n').replaceAll('><', '>\n<');
}

describe('documents of extensions and of calls outside', () => {
  it('a recorded call with a name nobody should be called', () => {
    const callerName = '‮<Dina> & "Co"\u0007 🙂 \ud800';
    expect(rendered(eventOf({ callerName }))).toMatchInlineSnapshot(`
      "<Response>
      <Say language="en-GB">We record &amp; keep &lt;this&gt;.</Say>
      <Dial action="https://pbx.example/voice?c=extension:101&amp;at=1" method="POST" timeout="12" callerName="«R&amp;D» &lt;1&gt; &lt;Dina&gt; &amp; &quot;Co&quot; 🙂 " record="record-from-answer" recordingStatusCallback="https://pbx.example/recording/call" recordingStatusCallbackMethod="POST" recordingStatusCallbackEvent="completed absent">
      <Number>101</Number>
      </Dial>
      </Response>"
    `);
  });

  it('a telephone that does not want to be disturbed', () => {
    expect(rendered(dialedBy('101', '103'))).toMatchInlineSnapshot(`
      "<Response>
      <Dial action="https://pbx.example/voice?c=extension:102&amp;at=1" method="POST" timeout="60">
      <Number>102</Number>
      </Dial>
      </Response>"
    `);
  });

  it('a call to the outside with the minutes that are left', () => {
    const facts = { counters: { 'usage:102:+12025550123': 90 } };
    expect(rendered(dialedBy('102', '2025550123'), facts)).toMatchInlineSnapshot(`
      "<Response>
      <Dial action="https://pbx.example/voice?c=forward:+12025550123&amp;at=1" method="POST" timeout="60" timeLimit="90" callerId="+16465550101" trunks="us">
      <Number>+12025550123</Number>
      </Dial>
      </Response>"
    `);
  });

  it('a forward', () => {
    const facts = { counters: { 'usage:109:+447911123456': 3600 } };
    expect(rendered(dialedBy('102', '109'), facts)).toMatchInlineSnapshot(`
      "<Response>
      <Dial action="https://pbx.example/voice?c=extension:109&amp;at=1" method="POST" timeout="60" timeLimit="3600" callerId="+16465550101" trunks="uk">
      <Number>+447911123456</Number>
      </Dial>
      </Response>"
    `);
  });

  it('a call whose limits are used up', () => {
    const facts = { counters: { 'usage:102:+12025550123': -2 } };
    expect(rendered(dialedBy('102', '2025550123'), facts)).toMatchInlineSnapshot(`
      "<Response>
      <Say>The calls allowed from this telephone are used up for now. Please try again later. Goodbye.</Say>
      <Hangup/>
      </Response>"
    `);
  });

  it('a call for help', () => {
    expect(rendered(dialedBy('102', '911'))).toMatchInlineSnapshot(`
      "<Response>
      <Dial action="https://pbx.example/voice?c=emergency:911&amp;at=1" method="POST" timeout="180" callerId="+16465550101" trunks="pstn">
      <Number>911</Number>
      </Dial>
      </Response>"
    `);
  });

  it('a queue', () => {
    expect(rendered(dialedBy('102', '110'))).toMatchInlineSnapshot(`
      "<Response>
      <Say answer="false">This service is not available at the moment. Please try again later. Goodbye.</Say>
      <Reject reason="failed"/>
      </Response>"
    `);
  });

  it('a conference by its feature code', () => {
    expect(rendered(dialedBy('102', '*81'))).toMatchInlineSnapshot(`
      "<Response>
      <Dial>
      <Conference muted="false" beep="false" prompts="false" holdMusic="true" startConferenceOnEnter="true" endConferenceOnExit="false" maxParticipants="25" statusCallback="https://pbx.example/session/conference_room:daily" statusCallbackMethod="POST" statusCallbackEvent="start end join leave mute hold">daily</Conference>
      </Dial>
      <Hangup/>
      </Response>"
    `);
  });

  it('night mode', () => {
    const findings = { 'night_mode:office': { kind: 'changed' as const } };
    expect(rendered(dialedBy('102', '*60'), { findings })).toMatchInlineSnapshot(`
      "<Response>
      <Say>Night mode is on. Goodbye.</Say>
      <Hangup/>
      </Response>"
    `);
  });

  it('custom logic, its own document', () => {
    const finding: CustomLogicFinding = {
      kind: 'cxml',
      verbs: [
        { name: 'Say', attributes: { loop: '2', voice: 'Google:en-US-"x"' }, children: ['a & b\u0001 <c> ١'] },
        {
          name: 'Dial',
          attributes: { timeout: '7' },
          children: [{ name: 'Number', attributes: {}, children: ['102'] }],
        },
      ],
    };
    const first = answerTo(document, eventOf());
    const event = eventOf({ dialOutcome: 'no-answer' });
    const answer = answerTo(document, event, resumeOf(first), { findings: { 'custom_logic:crm': finding } });
    const xml = render(answer.steps, URLS);
    expect(cxmlProblems(xml)).toEqual([]);
    expect(xml.split('\n').slice(1).join('\n').replaceAll('><', '>\n<')).toMatchInlineSnapshot(`
      "<Response>
      <Say loop="2" voice="Google:en-US-&quot;x&quot;">a &amp; b &lt;c&gt; ١</Say>
      <Dial timeout="7">
      <Number>102</Number>
      </Dial>
      </Response>"
    `);
  });
});

describe('absurd names', () => {
  it.each([
    '',
    ' ',
    '\u0000\u0001\u001f',
    '\ud800',
    '\udc00x',
    '￾￿',
    '‮⁦‏',
    'a'.repeat(10_000),
    '👩‍👩‍👧‍👦'.repeat(50),
    ']]>',
    '<!--',
    '&amp;',
    '\'"`',
    '\n\t\r',
  ])('never break a document: %j', (name) => {
    for (const event of [
      eventOf({ callerName: name }),
      eventOf({ from: name }),
      eventOf({ to: name }),
      dialedBy(name, '101'),
      dialedBy('101', name),
    ]) {
      const answer = answerTo(document, event);
      expect(cxmlProblems(render(answer.steps, URLS))).toEqual([]);
    }
  });
});
