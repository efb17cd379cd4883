import { describe, expect, it } from 'vitest';
import { foreignVerb, readForeign } from '../../../src/webhooks/cxml/foreign.ts';

const written = (xml: string) =>
  readForeign(xml)
    .map((verb) => foreignVerb(verb).xml)
    .join('');

describe('a document that somebody else wrote', () => {
  it.each([
    '<Response><Say voice="woman" loop="2">a &amp; b &lt;c&gt; 🙂</Say><Hangup/></Response>',
    '<Response><Dial timeout="20" record="record-from-answer"><Number>101</Number><Number>102</Number></Dial></Response>',
    '<Response><Gather numDigits="1" action="https://crm.example/x?a=1&amp;b=2"><Play>https://crm.example/a.mp3</Play></Gather></Response>',
    '<Response><Play digits="1w2"/></Response>',
    '<Response><Pause length="1" answer="true"/><Reject reason="busy"/></Response>',
  ])('passes as it is when all of it is documented: %s', (xml) => {
    expect(`<Response>${written(xml)}</Response>`).toBe(xml);
  });

  it('loses comments, declarations and control characters on the way', () => {
    expect(written('<?xml version="1.0"?><Response><!-- x --><Say>a&#7;b&#x202E;</Say></Response>')).toBe(
      '<Say>ab‮</Say>',
    );
  });

  it.each([
    ['', /one element/],
    ['hello', /not well formed|one element/],
    ['{"a":1}', /not well formed|one element/],
    ['<Response>', /one element|not closed/],
    ['<Say>x</Say>', /<Say>|root/],
    ['<Response/>', /no verbs/],
    ['<Response>text</Response>', /text/],
    ['<Response><Voicemail/></Response>', /Voicemail/],
    ['<Response><Number>101</Number></Response>', /Number/],
    ['<Response><Dial sequential="true">101</Dial></Response>', /sequential/],
    ['<Response><Dial timeout="soon">101</Dial></Response>', /timeout/],
    ['<Response><Dial timeout="-1">101</Dial></Response>', /timeout/],
    ['<Response><Say answer="yes">x</Say></Response>', /answer/],
    ['<Response><Reject reason="because"/></Response>', /reason/],
    ['<Response><Redirect>/webhooks/cloudonix/voice</Redirect></Response>', /absolute/],
    ['<Response><Redirect>cx://other</Redirect></Response>', /absolute/],
    ['<Response><Gather action="?c=1"/></Response>', /absolute/],
    ['<Response><Play>file:///etc/passwd</Play></Response>', /absolute/],
    ['<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Response><Say>&e;</Say></Response>', /well formed/],
    ['<Response><Say constructor="1">x</Say></Response>', /constructor/],
    ['<Response><constructor/></Response>', /constructor/],
    ['<Response><Say>&#x110000;</Say></Response>', /./],
  ])('is refused: %s', (xml, reason) => {
    expect(() => written(xml)).toThrow(reason);
  });
});
