/**
 * The CXML language as one table: every element Cloudonix documents, its attributes with their kinds, what it may
 * contain (developer documentation "Voice application verbs"; reference sheet section 2). What is not here cannot be
 * written, neither by the type checker's leave nor at run time.
 */
type AttributeKind = 'text' | 'boolean' | 'integer' | 'number' | readonly string[];

interface VerbShape {
  readonly attributes: Readonly<Record<string, AttributeKind>>;
  readonly children: readonly string[];
  readonly hasText: boolean;
}

const METHOD = ['GET', 'POST'] as const;
const TRIM = ['trim-silence', 'do-not-trim'] as const;
const COACH_DIRECTION = ['none', 'caller', 'calee', 'both'] as const;
const SSML = ['break', 'say-as', 'audio', 'emphasis', 'prosody', 'p', 's', 'sub', 'lang', 'phoneme'] as const;
const PROMPTS = ['Say', 'Play', 'Pause'] as const;
const STATUS_CALLBACK = { statusCallback: 'text', statusCallbackMethod: METHOD } as const;
const RECORDING_CALLBACK = {
  recordingStatusCallback: 'text',
  recordingStatusCallbackMethod: METHOD,
  recordingStatusCallbackEvent: 'text',
} as const;

const VERBS = {
  Response: {
    attributes: {},
    children: [
      ...PROMPTS,
      'Gather',
      'Record',
      'Dial',
      'Connect',
      'Start',
      'Stop',
      'Converse',
      'Coach',
      'Redirect',
      'Reject',
      'Hangup',
    ],
    hasText: false,
  },
  Say: {
    attributes: { voice: 'text', language: 'text', loop: 'integer', answer: 'boolean', ...STATUS_CALLBACK },
    children: SSML,
    hasText: true,
  },
  Play: {
    attributes: { loop: 'integer', digits: 'text', answer: 'boolean', ...STATUS_CALLBACK },
    children: [],
    hasText: true,
  },
  Pause: { attributes: { length: 'integer', answer: 'boolean' }, children: [], hasText: false },
  Gather: {
    attributes: {
      action: 'text',
      method: METHOD,
      input: ['dtmf', 'speech', 'dtmf speech'],
      numDigits: 'integer',
      finishOnKey: 'text',
      timeout: 'integer',
      maxTimeout: 'integer',
      speechTimeout: 'text',
      maxDuration: 'integer',
      speechEngine: ['aws', 'google'],
      speechDetection: ['auto', 'low', 'normal', 'high', 'stt'],
      language: 'text',
      interruptible: 'boolean',
      actionOnEmptyResult: 'boolean',
    },
    children: [...PROMPTS, 'Converse'],
    hasText: false,
  },
  Record: {
    attributes: {
      action: 'text',
      method: METHOD,
      timeout: 'integer',
      finishOnKey: 'text',
      maxLength: 'integer',
      playBeep: 'boolean',
      trim: TRIM,
      ...RECORDING_CALLBACK,
    },
    children: PROMPTS,
    hasText: false,
  },
  Dial: {
    attributes: {
      action: 'text',
      method: METHOD,
      callerId: 'text',
      callerName: 'text',
      timeout: 'integer',
      timeLimit: 'integer',
      hangupOnStar: 'boolean',
      hangupOn: 'text',
      record: ['do-not-record', 'record-from-answer', 'record-from-ringing'],
      trim: TRIM,
      trunks: 'text',
      headers: 'text',
      forwardHeaders: 'boolean',
      ...RECORDING_CALLBACK,
    },
    children: ['Header', 'Number', 'Sip', 'Conference', 'Service'],
    hasText: true,
  },
  Number: { attributes: {}, children: [], hasText: true },
  Sip: {
    attributes: { username: 'text', password: 'text', domain: ['origin', 'destination'] },
    children: [],
    hasText: true,
  },
  Header: { attributes: { name: 'text', value: 'text' }, children: [], hasText: false },
  Service: { attributes: { provider: 'text', username: 'text', password: 'text' }, children: [], hasText: true },
  Conference: {
    attributes: {
      muted: 'boolean',
      beep: ['true', 'false', 'onEnter', 'onExit'],
      prompts: 'boolean',
      holdMusic: 'boolean',
      dtmf: ['block', 'pass'],
      startConferenceOnEnter: ['true', 'false', 'required'],
      endConferenceOnExit: 'boolean',
      maxParticipants: 'integer',
      record: ['do-not-record', 'record-from-start'],
      trim: TRIM,
      talkDetection: ['normal', 'quick', 'lazy'],
      statusCallbackEvent: 'text',
      ...STATUS_CALLBACK,
      ...RECORDING_CALLBACK,
    },
    children: [],
    hasText: true,
  },
  Connect: { attributes: { action: 'text', method: METHOD }, children: ['Stream'], hasText: false },
  Start: { attributes: {}, children: ['Stream'], hasText: false },
  Stop: { attributes: {}, children: ['Stream'], hasText: false },
  Stream: {
    attributes: {
      url: 'text',
      name: 'text',
      track: ['inbound_track', 'outbound_track', 'both_tracks'],
      ...STATUS_CALLBACK,
    },
    children: ['Parameter'],
    hasText: false,
  },
  // Inside Stream only name and value mean something; the rest describes a parameter of a Tool.
  Parameter: {
    attributes: {
      name: 'text',
      value: 'text',
      description: 'text',
      type: ['string', 'integer', 'number', 'boolean', 'enum'],
      required: 'boolean',
      values: 'text',
    },
    children: [],
    hasText: false,
  },
  Converse: {
    attributes: {
      voice: 'text',
      language: 'text',
      model: 'text',
      temperature: 'number',
      context: ['auto', 'none', 'no'],
      sessionTools: 'text',
      statusCallbackEvent: 'text',
      ...STATUS_CALLBACK,
    },
    children: ['System', 'User', 'Speech', 'Tool'],
    hasText: false,
  },
  System: { attributes: {}, children: [], hasText: true },
  User: { attributes: {}, children: [], hasText: true },
  Speech: { attributes: {}, children: [], hasText: false },
  Tool: { attributes: { name: 'text', url: 'text' }, children: ['Description', 'Parameter'], hasText: false },
  Description: { attributes: {}, children: [], hasText: true },
  Coach: {
    attributes: {
      policy: ['listen', 'whisper', 'barge'],
      spyDirection: COACH_DIRECTION,
      whisperDirection: COACH_DIRECTION,
      finishOnKey: 'text',
    },
    children: [],
    hasText: true,
  },
  Redirect: { attributes: { method: METHOD }, children: [], hasText: true },
  Reject: { attributes: { reason: ['rejected', 'busy', 'congestion', 'failed'] }, children: [], hasText: false },
  Hangup: { attributes: {}, children: [], hasText: false },

  // SSML inside Say (W3C SSML 1.1 section 3), as far as text-to-speech engines agree on it.
  break: { attributes: { time: 'text', strength: 'text' }, children: [], hasText: false },
  'say-as': { attributes: { 'interpret-as': 'text', format: 'text' }, children: [], hasText: true },
  audio: { attributes: { src: 'text' }, children: [], hasText: true },
  emphasis: { attributes: { level: 'text' }, children: SSML, hasText: true },
  prosody: { attributes: { rate: 'text', pitch: 'text', volume: 'text' }, children: SSML, hasText: true },
  p: { attributes: {}, children: SSML, hasText: true },
  s: { attributes: {}, children: SSML, hasText: true },
  sub: { attributes: { alias: 'text' }, children: [], hasText: true },
  lang: { attributes: { 'xml:lang': 'text' }, children: SSML, hasText: true },
  phoneme: { attributes: { alphabet: 'text', ph: 'text' }, children: [], hasText: true },
} as const satisfies Readonly<Record<string, VerbShape>>;

export type VerbName = keyof typeof VERBS;

type ValueOf<Kind> = Kind extends 'text'
  ? string
  : Kind extends 'boolean'
    ? boolean
    : Kind extends 'integer' | 'number'
      ? number
      : Kind extends readonly (infer Word)[]
        ? Word
        : never;

/** The attributes an element may have; an undefined one is left out. */
export type AttributesOf<Name extends VerbName> = {
  readonly [Attribute in keyof (typeof VERBS)[Name]['attributes']]?:
    | ValueOf<(typeof VERBS)[Name]['attributes'][Attribute]>
    | undefined;
};

/** What an element may contain. */
export type ChildOf<Name extends VerbName> =
  | ((typeof VERBS)[Name]['hasText'] extends true ? string : never)
  | Element<Extract<(typeof VERBS)[Name]['children'][number], VerbName>>;

/** A finished element. Only `element` makes one, so holding one means it is documented CXML. */
export type Element<Name extends VerbName = VerbName> = Name extends VerbName
  ? { readonly name: Name; readonly xml: string }
  : never;

/** The table as data, for checks at run time. */
export function shapeOf(name: string): VerbShape | undefined {
  return Object.hasOwn(VERBS, name) ? VERBS[name as VerbName] : undefined;
}
