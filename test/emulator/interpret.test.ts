import { describe, expect, test } from 'vitest';
import { type Ending, type Happening, playDocument } from '../../src/emulator/interpret.ts';
import type { Callee, People } from '../../src/emulator/people.ts';
import { readCxml } from '../../src/webhooks/cxml/index.ts';

const HERE = 'https://pbx.example.com/voice?c=1';
const NEXT = 'https://pbx.example.com/next';

const answered: Callee = { outcome: 'completed', ringSeconds: 4, talkSeconds: 30, callerHangsUp: false };
const missed: Callee = { outcome: 'no-answer', ringSeconds: 20, talkSeconds: 0, callerHangsUp: false };

/** People who do as the test says, and wait as long as it takes. */
function people(facts: Partial<People> = {}): People {
  return {
    presses: () => '',
    speaks: () => undefined,
    dialled: () => answered,
    leavesMessage: () => 0,
    talks: () => 10,
    waits: (seconds) => seconds,
    recordingName: () => 'rec-1',
    ...facts,
  };
}

function play(verbs: string, who = people(), isAnswered = false) {
  const playing = playDocument(readCxml(`<Response>${verbs}</Response>`), HERE, { isAnswered }, who);
  const happenings: Happening[] = [];
  for (let step = playing.next(); ; step = playing.next()) {
    if (step.done) return { happenings, ending: step.value, told: happenings.map(shown) };
    happenings.push(step.value);
  }
}

function shown(happening: Happening): string {
  switch (happening.kind) {
    case 'passes':
      return `${Math.round(happening.seconds)} s`;
    case 'dialled':
      return happening.outcome;
    case 'callback':
      return `callback ${happening.fields.RecordingStatus}`;
    case 'conference':
      return happening.event;
    default:
      return happening.kind;
  }
}

const request = (fields: Record<string, string>, url = NEXT): Ending => ({
  kind: 'request',
  url,
  method: 'POST',
  fields,
});

describe('which verbs answer the caller', () => {
  test.each<[string, string[]]>([
    ['<Say>fifteen letters</Say>', ['answered', '1 s']],
    ['<Say answer="false">fifteen letters</Say>', ['1 s']],
    ['<Play>https://a/b.wav</Play>', ['answered', '6 s']],
    ['<Pause length="3"/>', ['3 s']],
    ['<Pause length="3" answer="true"/>', ['answered', '3 s']],
    ['<Dial><Number>101</Number></Dial>', ['ringing', '4 s', 'completed', 'answered', '30 s']],
    ['<Dial><Conference>room</Conference></Dial>', ['answered', '10 s']],
    ['<Say answer="false">x</Say><Reject/>', ['0 s']],
    ['<Say>one</Say><Say>two</Say>', ['answered', '0 s', '0 s']],
  ])('%s', (verbs, expected) => {
    expect(play(verbs).told).toEqual(expected);
  });

  test('a call that was answered in an earlier document is not answered again', () => {
    expect(play('<Say>fifteen letters</Say>', people(), true).told).toEqual(['1 s']);
  });
});

describe('a conference', () => {
  const asked = (events: string) =>
    `<Dial><Conference statusCallback="/told" statusCallbackEvent="${events}">room</Conference></Dial>`;

  test('tells who comes, speaks and goes, as far as the document asks', () => {
    const turns = ['3 s', 'participant-speech-start', '3 s', 'participant-speech-stop'];
    expect(play(asked('join leave speaker')).told).toEqual([
      'answered',
      'participant-join',
      ...turns,
      ...turns,
      'participant-leave',
    ]);
    expect(play(asked('join leave')).told).toEqual(['answered', 'participant-join', '10 s', 'participant-leave']);
  });

  test('hears of somebody who loses patience while they speak that they are silent and gone', () => {
    let waits = 0;
    const impatient = people({
      waits: (seconds) => {
        waits += 1;
        return waits === 2 ? 1 : seconds;
      },
    });
    const { told, ending } = play(asked('join leave speaker'), impatient);
    expect(told.slice(-2)).toEqual(['participant-speech-stop', 'participant-leave']);
    expect(ending.kind).toBe('caller-left');
  });
});

describe('Gather', () => {
  const gather = (attributes: string) =>
    `<Gather action="/next" ${attributes}><Say>Press a key.</Say></Gather><Say>bye</Say>`;

  test.each<[string, string, string]>([
    ['', '12#', '12'],
    ['', '1234', '1234'],
    ['numDigits="1"', '12', '1'],
    ['finishOnKey="*"', '12*3', '12'],
    ['finishOnKey=""', '1#', '1#'],
    ['numDigits="4" finishOnKey="#"', '43#21', '43'],
  ])('with %j keys %s are told as %s', (attributes, keys, digits) => {
    expect(play(gather(attributes), people({ presses: () => keys })).ending).toEqual(request({ Digits: digits }));
  });

  test('silence falls through to the next verb', () => {
    const { ending, told } = play(gather('maxTimeout="7"'));
    expect([ending.kind, told]).toEqual(['hangup', ['answered', '8 s', '0 s']]);
  });

  test('silence is told where the document asks for it', () => {
    expect(play(gather('actionOnEmptyResult="true"')).ending).toEqual(request({ Digits: '' }));
  });

  test('speech is heard only where the document listens', () => {
    const speaker = people({ speaks: () => 'sales', presses: () => '1' });
    expect(play(gather('input="dtmf speech"'), speaker).ending).toEqual(request({ SpeechResult: 'sales' }));
    expect(play(gather(''), speaker).ending).toEqual(request({ Digits: '1' }));
  });

  test('without an action it reports to its own document', () => {
    expect(play('<Gather/>', people({ presses: () => '5' })).ending).toEqual(request({ Digits: '5' }, HERE));
  });
});

describe('Dial', () => {
  const dial = '<Dial action="/next" timeout="20"><Number>101</Number></Dial><Say>never</Say>';

  test.each(['completed', 'busy', 'no-answer', 'failed'] as const)('%s is told to its action', (outcome) => {
    const callee = outcome === 'completed' ? answered : { ...missed, outcome };
    expect(play(dial, people({ dialled: () => callee })).ending).toEqual(request({ DialCallStatus: outcome }));
  });

  test('without an action the next verb runs', () => {
    expect(play('<Dial>101</Dial><Redirect>/next</Redirect>', people({ dialled: () => missed })).ending).toEqual(
      request({}),
    );
  });

  test('several numbers ring together, for as long as the document says', () => {
    let asked: readonly unknown[] = [];
    const who = people({
      dialled: (...args) => {
        asked = args;
        return missed;
      },
    });
    play('<Dial timeout="15"><Header name="X-A" value="b"/><Number>101</Number><Number>102</Number></Dial>', who);
    expect(asked).toEqual([['101', '102'], 15]);
  });

  test('a conversation ends at its time limit', () => {
    expect(play('<Dial timeLimit="12">101</Dial>').told).toContain('12 s');
  });

  test('a caller who hangs up after talking is gone: no action, no next verb', () => {
    const who = people({ dialled: () => ({ ...answered, callerHangsUp: true }) });
    expect(play(dial, who).ending).toEqual({ kind: 'caller-left' });
  });

  test('a caller who does not wait leaves before anybody answers', () => {
    const { ending, told } = play(dial, people({ waits: (seconds) => Math.min(seconds, 2) }));
    expect([ending.kind, told]).toEqual(['caller-left', ['ringing', '2 s']]);
  });

  test('a recorded conversation leaves a recording', () => {
    const verbs = '<Dial record="record-from-answer" recordingStatusCallback="/rec">101</Dial>';
    const { happenings } = play(verbs);
    expect(happenings).toContainEqual(
      expect.objectContaining({ kind: 'callback', url: 'https://pbx.example.com/rec' }),
    );
  });
});

describe('Record', () => {
  const record =
    '<Record action="/next" maxLength="20" recordingStatusCallback="/rec" recordingStatusCallbackEvent="completed absent"/>';

  test('a message is told to its action and aside', () => {
    const { ending, told } = play(record, people({ leavesMessage: () => 9 }));
    expect(ending).toMatchObject({ kind: 'request', fields: { RecordingDuration: '9', Digits: 'hangup' } });
    expect(told).toEqual(['answered', '9 s', 'callback completed']);
  });

  test('silence is no message: the next verb runs', () => {
    const { ending, told } = play(record);
    expect([ending.kind, told]).toEqual(['hangup', ['answered', '5 s', 'callback absent']]);
  });

  test('it stops at its longest', () => {
    expect(play(record, people({ leavesMessage: () => 90 })).told).toContain('20 s');
  });
});

describe('how a document ends', () => {
  test.each<[string, Ending]>([
    ['<Hangup/>', { kind: 'hangup' }],
    ['', { kind: 'hangup' }],
    ['<Reject reason="busy"/>', { kind: 'reject', reason: 'busy' }],
    ['<Say>hello</Say><Reject/>', { kind: 'hangup' }],
    ['<Redirect>?c=2</Redirect>', request({}, 'https://pbx.example.com/voice?c=2')],
    ['<Redirect method="GET">/next</Redirect>', { kind: 'request', url: NEXT, method: 'GET', fields: {} }],
    ['<Hangup/><Redirect>/next</Redirect>', { kind: 'hangup' }],
    ['<Start><Stream url="wss://a/b"/></Start><Hangup/>', { kind: 'hangup' }],
  ])('%s', (verbs, expected) => {
    expect(play(verbs).ending).toEqual(expected);
  });

  test('music without an end ends with the patience of the caller', () => {
    const patient = (left: number) =>
      people({
        waits(seconds) {
          const waited = Math.min(seconds, left);
          left -= waited;
          return waited;
        },
      });
    expect(play('<Play loop="0">https://a/b.mp3</Play><Redirect>/next</Redirect>', patient(45)).ending.kind).toBe(
      'caller-left',
    );
  });
});
