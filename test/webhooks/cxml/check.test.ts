import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkCxml, readCxml } from '../../../src/webhooks/cxml/index.ts';
import { sampleNames, sharedSamples } from '../samples.ts';

const check = (xml: string) => checkCxml(readCxml(xml));

const shared = sharedSamples();

describe('a valid document has no complaint', () => {
  test.each([
    '<Response/>',
    '<Response><Say language="en-US">Hello</Say><Hangup/></Response>',
    '<Response><Dial timeout="20" action="https://a/b"><Header name="X-A" value="b"/><Number>101</Number><Number>102</Number></Dial></Response>',
    '<Response><Gather numDigits="1"><Say>Press 1.</Say></Gather><Redirect>https://a/b</Redirect></Response>',
    '<Response><Connect><Stream url="wss://a/b"><Parameter name="k" value="v"/></Stream></Connect></Response>',
    '<Response><Dial>101</Dial></Response>',
    '<Response><Play digits="1w2"/></Response>',
  ])('%s', (xml) => {
    expect(check(xml)).toEqual([]);
  });

  test.skipIf(shared === undefined)('and neither has any sample of the reference', () => {
    const names = shared === undefined ? [] : sampleNames(shared, '.xml');
    for (const name of names) expect(check(readFileSync(new URL(name, shared), 'utf8')), name).toEqual([]);
    expect(names.length).toBeGreaterThan(10);
  });
});

describe('what the documentation does not know is named with its place', () => {
  test.each([
    ['<Answer/>', 'Answer: the root is <Response>'],
    ['<Response><Answer/></Response>', 'Response/Answer: <Response> does not hold <Answer>'],
    ['<Response><Say mood="sad">x</Say></Response>', 'Response/Say: mood="sad" is not an attribute of it'],
    [
      '<Response><Dial timeout="soon">1</Dial></Response>',
      'Response/Dial: timeout="soon" is not a whole number from 0',
    ],
    ['<Response><Pause answer="yes"/></Response>', 'Response/Pause: answer="yes" is neither true nor false'],
    [
      '<Response><Reject reason="bored"/></Response>',
      'Response/Reject: reason="bored" is none of rejected, busy, congestion, failed',
    ],
    ['<Response>text<Hangup/></Response>', 'Response: holds no text'],
    ['<Response><Gather><Hangup/></Gather></Response>', 'Response/Gather/Hangup: <Gather> does not hold <Hangup>'],
    ['<Response><Hangup/><Say>never</Say></Response>', 'Response: nothing runs after Hangup'],
    ['<Response><Say>a</Say><Say/></Response>', 'Response/Say[2]: is empty'],
    ['<Response><Dial/></Response>', 'Response/Dial: dials nobody'],
    [
      '<Response><Dial><Number>1</Number><Header name="a" value="b"/></Dial></Response>',
      'Response/Dial: Header elements go first',
    ],
    [
      '<Response><Dial><Number>1</Number><Conference>x</Conference></Dial></Response>',
      'Response/Dial: Conference cannot be dialled together with others',
    ],
    ['<Response><Redirect/></Response>', 'Response/Redirect: is empty'],
    [
      '<Response><Connect><Stream url="http://a"/></Connect></Response>',
      'Response/Connect/Stream: url="http://a" is no WebSocket address',
    ],
  ])('%s', (xml, expected) => {
    expect(check(xml)).toContain(expected);
  });
});
