import { describe, expect, it } from 'vitest';
import type { DocumentUrls } from '../../src/webhooks/document-urls.ts';
import { APOLOGY, render } from '../../src/webhooks/index.ts';
import { acme, answerTo, dialedBy, documentOf, eventOf } from '../routing/support.ts';

const URLS: DocumentUrls = {
  continuation: (state) => `https://pbx.example/voice?c=${state.node}&at=${state.documents}`,
  callback: (kind, subject) => `https://pbx.example/${kind}/${subject}`,
  sound: (url) => (url.startsWith('/') ? `https://pbx.example${url}` : url),
};

/** Each document of the demo organization, with the state spelled out where the signed token would be. */
function rendered(answer: ReturnType<typeof answerTo>): string {
  const xml = render(answer.steps, URLS);
  return xml.replaceAll('><', '>\n<');
}

describe('documents', () => {
  it('a menu', () => {
    expect(rendered(answerTo(acme(), eventOf({ to: '+16465550102' })))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Gather action="https://pbx.example/voice?c=ivr_menu:main&amp;at=1" method="POST" input="dtmf" numDigits="3" finishOnKey="" timeout="2" maxTimeout="5">
      <Say language="en-US">For sales press 1, for the desk press 2, for Alma press 0.</Say>
      </Gather>
      <Redirect method="POST">https://pbx.example/voice?c=ivr_menu:main&amp;at=1</Redirect>
      </Response>"
    `);
  });

  it('everybody in a group', () => {
    expect(rendered(answerTo(acme(), eventOf({ to: '+16465550101' })))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Dial action="https://pbx.example/voice?c=ring_group:sales&amp;at=1" method="POST" timeout="20" timeLimit="3600">
      <Number>101</Number>
      <Number>102</Number>
      </Dial>
      </Response>"
    `);
  });

  it('a call to the outside', () => {
    expect(rendered(answerTo(acme(), dialedBy('101', '+447911123456')))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Dial action="https://pbx.example/voice?c=forward:+447911123456&amp;at=1" method="POST" timeout="45" callerId="+16465550100" trunks="carrier-uk-mobile">
      <Number>+447911123456</Number>
      </Dial>
      </Response>"
    `);
  });

  it('an assistant by SIP', () => {
    expect(rendered(answerTo(acme(), dialedBy('101', '900')))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Dial action="https://pbx.example/voice?c=ai_assistant:desk-sip&amp;at=1" method="POST" timeout="30">
      <Header name="X-Caller" value="101"/>
      <Header name="X-Called" value="900"/>
      <Service provider="vapi">+16465550140</Service>
      </Dial>
      </Response>"
    `);
  });

  it('an assistant by WebSocket', () => {
    const facts = { counters: { 'ai_load_balancer:agents': 1 } };
    expect(rendered(answerTo(acme(), eventOf({ to: '+16465550103' }), undefined, facts))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Connect action="https://pbx.example/voice?c=ai_load_balancer:agents&amp;at=1" method="POST">
      <Stream url="wss://agents.example/b?x=1&amp;y=2" name="agent-b">
      <Parameter name="organization" value="acme"/>
      <Parameter name="assistant" value="agent-b"/>
      <Parameter name="caller" value="+16465550150"/>
      <Parameter name="called" value="+16465550103"/>
      <Parameter name="session" value="00112233445566778899aabbccddeeff"/>
      </Stream>
      </Connect>
      <Redirect method="POST">https://pbx.example/voice?c=ai_load_balancer:agents&amp;at=1</Redirect>
      </Response>"
    `);
  });

  it('a conference', () => {
    const event = eventOf({ to: '+16465550105', digits: '4321' });
    const state = {
      origin: 'outside' as const,
      node: 'conference_room:daily',
      position: { try: 1 },
      documents: 1,
      visits: {},
    };
    expect(rendered(answerTo(acme(), event, state))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Dial>
      <Conference muted="true" beep="true" prompts="true" holdMusic="true" startConferenceOnEnter="true" endConferenceOnExit="false" maxParticipants="10" statusCallback="https://pbx.example/session/conference_room:daily" statusCallbackMethod="POST" statusCallbackEvent="start end join leave mute hold">daily</Conference>
      </Dial>
      <Hangup/>
      </Response>"
    `);
  });

  it('a conference that tells who speaks', () => {
    const document = documentOf({
      numbers: [{ number: '+16465550105', routeTo: 'conference_room:r' }],
      conferenceRooms: [{ name: 'r', talkDetection: 'lazy' }],
    });
    const cxml = rendered(answerTo(document, eventOf({ to: '+16465550105' })));
    expect(cxml).toContain(' talkDetection="lazy" ');
    expect(cxml).toContain(' statusCallbackEvent="start end join leave mute hold speaker"');
  });

  it('a number that is not in service', () => {
    expect(rendered(answerTo(acme(), eventOf({ to: '+12025550100' })))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Say answer="false">The number you dialed is not in service.</Say>
      <Reject reason="failed"/>
      </Response>"
    `);
  });

  it('the apology', () => {
    expect(APOLOGY).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response><Say>We are sorry, something went wrong. Please call again. Goodbye.</Say><Hangup/></Response>"
    `);
  });
});
