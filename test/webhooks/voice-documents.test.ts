import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PlanDocumentInput, planDocumentSchema } from '../../src/routing/index.ts';
import { ssmlProblem } from '../../src/routing/ssml.ts';
import { type ReadElement, readCxml, textOf } from '../../src/webhooks/cxml/read.ts';
import { shapeOf } from '../../src/webhooks/cxml/verbs.ts';
import type { DocumentUrls } from '../../src/webhooks/document-urls.ts';
import { render } from '../../src/webhooks/index.ts';
import { answerTo, dialedBy, documentOf, eventOf, resumeOf } from '../routing/support.ts';

const URLS: DocumentUrls = {
  continuation: (state) => `https://pbx.example/voice?c=${encodeURIComponent(state.node)}&at=${state.documents}`,
  callback: (kind, subject) => `https://pbx.example/${kind}/${encodeURIComponent(subject)}`,
  sound: (url) => (url.startsWith('/') ? `https://pbx.example${url}` : url),
};

type Rendered = ReturnType<typeof answerTo>;

/** The document, checked element by element against the table of verbs after it was written and read again. */
function documentFor(answer: Rendered): { readonly xml: string; readonly root: ReadElement } {
  const xml = render(answer.steps, URLS);
  const root = readCxml(xml);
  check(root);
  return { xml: xml.replaceAll('><', '>\n<'), root };
}

function check(element: ReadElement): void {
  const shape = shapeOf(element.name);
  if (shape === undefined) throw new Error(`<${element.name}> is not in the table`);
  for (const name of Object.keys(element.attributes))
    if (!(name in shape.attributes)) throw new Error(`<${element.name} ${name}> is not in the table`);
  for (const child of element.children) {
    if (typeof child === 'string') {
      if (!shape.hasText) throw new Error(`<${element.name}> holds no text`);
    } else {
      if (!shape.children.includes(child.name)) throw new Error(`<${child.name}> in <${element.name}>`);
      check(child);
    }
  }
}

const NUMBER = '+16465550100';

function to(routeTo: string, parts: Partial<PlanDocumentInput>) {
  return documentOf({
    extensions: [{ number: '101' }, { number: '102' }],
    numbers: [{ number: NUMBER, routeTo }],
    ...parts,
  });
}

describe('documents', () => {
  it('a menu that listens, and plays an upload after a wrong key', () => {
    const document = {
      ...to('ivr_menu:m', {
        ivrMenus: [
          {
            name: 'm',
            greeting: {
              ssml: 'Press <emphasis level="strong">1</emphasis><break time="300ms"/> &amp; wait',
              voice: 'Polly:Joanna',
            },
            invalidPrompt: { play: 'media:wrong' },
            speech: { language: 'en-GB', engine: 'google' },
            options: [{ key: '1', to: 'extension:101', phrases: ['sales'] }],
          },
        ],
      }),
      media: [{ name: 'wrong', path: '/media/abc.mp3' }],
    };
    const first = answerTo(document, eventOf());
    expect(documentFor(answerTo(document, eventOf({ digits: '7' }), resumeOf(first))).xml).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Gather action="https://pbx.example/voice?c=ivr_menu%3Am&amp;at=2" method="POST" input="dtmf speech" numDigits="1" finishOnKey="#" timeout="2" maxTimeout="5" language="en-GB" speechEngine="google">
      <Play>https://pbx.example/media/abc.mp3</Play>
      <Say voice="Polly:Joanna">Press <emphasis level="strong">1</emphasis>
      <break time="300ms"/> &amp; wait</Say>
      </Gather>
      <Redirect method="POST">https://pbx.example/voice?c=ivr_menu%3Am&amp;at=2</Redirect>
      </Response>"
    `);
  });

  it('a message is taken', () => {
    const document = to('voicemail:101', {
      voicemailBoxes: [{ number: '101', greeting: { say: 'Ann & Bob <away>' } }],
    });
    expect(documentFor(answerTo(document, eventOf())).xml).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Say>Ann &amp; Bob &lt;away&gt;</Say>
      <Record action="https://pbx.example/voice?c=voicemail%3A101&amp;at=1" method="POST" timeout="5" finishOnKey="#" maxLength="180" playBeep="true" recordingStatusCallback="https://pbx.example/recording/voicemail%3A101%2F1" recordingStatusCallbackMethod="POST" recordingStatusCallbackEvent="completed absent"/>
      <Say>No message was recorded. Goodbye.</Say>
      <Hangup/>
      </Response>"
    `);
  });

  it('a message is heard', () => {
    const document = to('mailbox:101', { voicemailBoxes: [{ number: '101' }] });
    const message = {
      id: '00000000-0000-7000-8000-000000000000',
      url: 'https://recordings.example/a.mp3?x=1&y=2',
      from: '+12125550150',
      receivedAt: '2026-11-18T14:05:00Z',
      isRead: false,
    };
    const findings = { 'mailbox:101': { kind: 'mailbox' as const, messages: [message] } };
    expect(
      documentFor(answerTo(document, dialedBy('101', NUMBER), undefined, { findings })).xml,
    ).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Gather action="https://pbx.example/voice?c=mailbox%3A101&amp;at=1" method="POST" input="dtmf" numDigits="1" finishOnKey="" timeout="2" maxTimeout="5">
      <Say>You have one new message.</Say>
      <Say>Message from 1 2 1 2 5 5 5 0 1 5 0, Wednesday, 14:05.</Say>
      <Play>https://recordings.example/a.mp3?x=1&amp;y=2</Play>
      <Say>To hear it again press 1, for the next message press 2, to delete it press 7.</Say>
      </Gather>
      <Redirect method="POST">https://pbx.example/voice?c=mailbox%3A101&amp;at=1</Redirect>
      </Response>"
    `);
  });

  it('the host enters a recorded conference', () => {
    const document = to('conference_room:böard - co', {
      conferenceRooms: [
        {
          name: 'böard - co',
          hostPin: '2222',
          waitForHost: true,
          endWhenHostLeaves: true,
          record: true,
          holdMusic: false,
        },
      ],
    });
    const first = answerTo(document, eventOf());
    expect(documentFor(answerTo(document, eventOf({ digits: '2222' }), resumeOf(first))).xml).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Say>This call will be recorded.</Say>
      <Dial>
      <Conference muted="false" beep="false" prompts="false" holdMusic="false" startConferenceOnEnter="true" endConferenceOnExit="true" maxParticipants="25" record="record-from-start" recordingStatusCallback="https://pbx.example/recording/conference_room%3Ab%C3%B6ard%20-%20co" recordingStatusCallbackMethod="POST" recordingStatusCallbackEvent="completed absent" statusCallback="https://pbx.example/session/conference_room%3Ab%C3%B6ard%20-%20co" statusCallbackMethod="POST" statusCallbackEvent="start end join leave mute hold">bxf6xardx20xx2dxx20xco</Conference>
      </Dial>
      <Hangup/>
      </Response>"
    `);
  });

  it('one member of a rotating group rings', () => {
    const document = to('ring_group:g', {
      ringGroups: [{ name: 'g', strategy: 'least_recent', members: ['101', '102'], maxCallDurationSeconds: 600 }],
    });
    expect(documentFor(answerTo(document, eventOf())).xml).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <Response>
      <Dial action="https://pbx.example/voice?c=ring_group%3Ag&amp;at=1" method="POST" timeout="30" timeLimit="600">
      <Number>101</Number>
      </Dial>
      </Response>"
    `);
  });
});

/** Without halves of characters. */
function wellFormed(text: string): string {
  return [...text].filter((char) => char.length > 1 || !/[\ud800-\udfff]/.test(char)).join('');
}

describe('any text in a prompt', () => {
  /** Emoji, marks that turn the direction of writing, control characters, markup. */
  const ODD = [
    '&',
    '<',
    '>',
    '"',
    "'",
    '😀',
    '\u200f',
    '\u202e',
    '\u0000',
    '\u0007',
    '\u001b',
    ']]>',
    '&amp;',
    'é',
    '\ud800',
  ];
  const oddText = fc
    .array(fc.oneof(fc.constantFrom(...ODD), fc.string({ maxLength: 5 })), { minLength: 1, maxLength: 12 })
    .map((parts) => parts.join(''));

  it('is heard as it was written, without what XML cannot hold', () => {
    fc.assert(
      fc.property(oddText, (text) => {
        const parsed = planDocumentSchema.safeParse({
          organization: { slug: 'x', name: 'X' },
          numbers: [{ number: NUMBER, routeTo: 'voicemail:101' }],
          voicemailBoxes: [{ number: '101', name: text, greeting: { say: text } }],
        });
        if (!parsed.success) return;
        const { root } = documentFor(answerTo(parsed.data, eventOf({ from: text, callerName: text })));
        const [say] = root.children;
        const heard = typeof say === 'object' ? textOf(say) : '';
        const kept = wellFormed(text.trim().replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, ''));
        expect(heard).toBe(kept.trim() === '' ? '' : kept);
      }),
      { numRuns: 300 },
    );
  });

  it('as SSML is refused or can be written', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<break time="1s"/>',
        '<p>',
        '</p>',
        '<s>a</s>',
        '<emphasis>',
        '</emphasis>',
        '<sub alias="x">y</sub>',
      ),
      fc.constantFrom(
        '<lang xml:lang="de">ja</lang>',
        '<say-as interpret-as="digits">12</say-as>',
        '<x/>',
        '&amp;',
        '<',
      ),
      fc.string({ maxLength: 4 }),
    );
    let written = 0;
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const ssml = pieces.join('');
        if (ssmlProblem(ssml) !== undefined) return;
        documentFor({ ...answerTo(to('hangup', {}), eventOf()), steps: [{ kind: 'say', text: ssml, isSsml: true }] });
        written += 1;
      }),
      { numRuns: 500 },
    );
    expect(written).toBeGreaterThan(20);
  });
});
