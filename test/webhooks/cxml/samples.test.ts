import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { element } from '../../../src/webhooks/cxml/element.ts';
import { type ReadElement, readCxml } from '../../../src/webhooks/cxml/read.ts';
import type { VerbName } from '../../../src/webhooks/cxml/verbs.ts';
import { sampleNames, sharedSamples } from '../samples.ts';

const NUMERIC = new Set([
  'length',
  'loop',
  'numDigits',
  'timeout',
  'maxTimeout',
  'maxLength',
  'timeLimit',
  'maxParticipants',
  'temperature',
]);
const BOOLEAN = new Set([
  'answer',
  'muted',
  'holdMusic',
  'endConferenceOnExit',
  'playBeep',
  'actionOnEmptyResult',
  'required',
]);

/** Writes what was read with the typed builder. The cast is the point: the table decides at run time. */
function rewrite(read: ReadElement): ReturnType<typeof element> {
  const attributes = Object.fromEntries(
    Object.entries(read.attributes).map(([name, value]) => [
      name,
      NUMERIC.has(name) ? Number(value) : BOOLEAN.has(name) ? value === 'true' : value,
    ]),
  );
  const children = read.children.map((child) => (typeof child === 'string' ? child : rewrite(child)));
  return (element as (name: VerbName, attributes: object, ...children: unknown[]) => ReturnType<typeof element>)(
    read.name as VerbName,
    attributes,
    ...children,
  );
}

const shared = sharedSamples();

describe.skipIf(shared === undefined)('every documented sample can be written', () => {
  const names = shared === undefined ? [] : sampleNames(shared, '.xml');

  it('there are samples to look at', () => {
    expect(names.length).toBeGreaterThanOrEqual(20);
  });

  it.each(names)('%s', (name) => {
    const sample = readCxml(readFileSync(new URL(name, shared), 'utf8'));
    expect(readCxml(rewrite(sample).xml)).toEqual(sample);
  });
});

describe('documents of every verb', () => {
  it('are written as the documentation shows them', () => {
    const stream = element('Stream', { name: 'monitor', url: 'wss://a.example/ws', track: 'both_tracks' });
    const written = [
      element('Play', { digits: '1w2' }),
      element('Pause', { answer: true, length: 1 }),
      element('Say', { answer: false }, 'One ', element('break', { time: '300ms' }), 'two'),
      element('Record', { maxLength: 180, finishOnKey: '#', playBeep: true }),
      element('Start', {}, stream),
      element('Stop', {}, element('Stream', { name: 'monitor' })),
      element('Dial', { trunks: 'c', record: 'record-from-answer' }, element('Sip', { domain: 'origin' }, 'sip:a@b')),
      element('Coach', { policy: 'whisper', whisperDirection: 'calee' }, 'token'),
      element('Converse', { temperature: 0.4 }, element('System', {}, 'Be brief.'), element('Speech')),
      element('Reject', { reason: 'busy' }),
    ];
    expect(written.map(({ xml }) => xml).join('\n')).toMatchInlineSnapshot(`
      "<Play digits="1w2"/>
      <Pause answer="true" length="1"/>
      <Say answer="false">One <break time="300ms"/>two</Say>
      <Record maxLength="180" finishOnKey="#" playBeep="true"/>
      <Start><Stream name="monitor" url="wss://a.example/ws" track="both_tracks"/></Start>
      <Stop><Stream name="monitor"/></Stop>
      <Dial trunks="c" record="record-from-answer"><Sip domain="origin">sip:a@b</Sip></Dial>
      <Coach policy="whisper" whisperDirection="calee">token</Coach>
      <Converse temperature="0.4"><System>Be brief.</System><Speech/></Converse>
      <Reject reason="busy"/>"
    `);
  });
});
