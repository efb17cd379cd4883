import { assertNever } from '../core/errors.ts';
import {
  type CallState,
  type DialStep,
  type DialTarget,
  type ForeignStep,
  type Prompt,
  readSsml,
  type SayStep,
  type Step,
  wayBackIn,
  withWayBack,
} from '../routing/index.ts';
import { document, element } from './cxml/element.ts';
import { foreignVerb } from './cxml/foreign.ts';
import type { ChildOf, Element } from './cxml/verbs.ts';
import type { DocumentUrls } from './document-urls.ts';

/** The CXML document of some steps. */
export function render(steps: readonly Step[], urls: DocumentUrls): string {
  const signed = { ...urls, continuation: signedOnce(urls.continuation) };
  return document(...steps.flatMap((step) => (step.kind === 'cxml' ? foreignVerbs(step, urls) : [verb(step, signed)])));
}

/** Somebody else's verbs; where they bring the call back, they bring it to us. */
function foreignVerbs({ verbs, resumes }: ForeignStep, urls: DocumentUrls): ChildOf<'Response'>[] {
  return verbs.map((verb) => {
    const resume = resumes[wayBackIn(verb) ?? -1];
    return foreignVerb(resume === undefined ? verb : withWayBack(verb, urls.continuation(resume)));
  });
}

/** A Gather and the Redirect after it come back in the same state; signing it once is enough. */
function signedOnce(continuationUrl: DocumentUrls['continuation']): DocumentUrls['continuation'] {
  let last: { readonly state: CallState; readonly url: string } | undefined;
  return (state) => {
    if (last?.state !== state) last = { state, url: continuationUrl(state) };
    return last.url;
  };
}

function verb(step: Exclude<Step, { kind: 'cxml' }>, urls: DocumentUrls): ChildOf<'Response'> {
  switch (step.kind) {
    case 'say':
    case 'play':
      return prompt(step, urls);
    case 'pause':
      return element('Pause', { length: step.seconds });
    case 'dial':
      return dial(step, urls);
    case 'gather':
      return element(
        'Gather',
        {
          action: urls.continuation(step.resume),
          method: 'POST',
          input: step.speech === undefined ? 'dtmf' : 'dtmf speech',
          numDigits: step.digits,
          finishOnKey: step.finishOnKey,
          timeout: step.betweenDigitsSeconds,
          maxTimeout: step.firstDigitSeconds,
          language: step.speech?.language,
          speechEngine: step.speech?.engine,
        },
        ...step.prompt.map((part) => prompt(part, urls)),
      );
    case 'record':
      return element('Record', {
        action: urls.continuation(step.resume),
        method: 'POST',
        timeout: step.silenceSeconds,
        finishOnKey: step.finishOnKey,
        maxLength: step.maxSeconds,
        playBeep: true,
        ...recordingCallback(urls, step.subject),
      });
    case 'conference':
      return element(
        'Dial',
        {},
        element(
          'Conference',
          {
            muted: step.muted,
            beep: step.announce ? 'true' : 'false',
            prompts: step.announce,
            holdMusic: step.holdMusic,
            startConferenceOnEnter: step.starts ? 'true' : 'false',
            endConferenceOnExit: step.ends,
            maxParticipants: step.maxParticipants,
            ...(step.record ? { record: 'record-from-start' as const, ...recordingCallback(urls, step.subject) } : {}),
            talkDetection: step.talkDetection,
            statusCallback: urls.callback('session', step.subject),
            statusCallbackMethod: 'POST',
            statusCallbackEvent: `start end join leave mute hold${step.talkDetection === undefined ? '' : ' speaker'}`,
          },
          step.room,
        ),
      );
    case 'hold':
      return element(
        'Dial',
        { timeLimit: step.seconds },
        element(
          'Conference',
          { beep: 'false', holdMusic: true, startConferenceOnEnter: 'false', maxParticipants: 2 },
          step.room,
        ),
      );
    case 'connect-stream':
      return element(
        'Connect',
        { action: urls.continuation(step.resume), method: 'POST' },
        element(
          'Stream',
          { url: step.url, name: step.name },
          ...Object.entries(step.parameters).map(([name, value]) => element('Parameter', { name, value })),
        ),
      );
    case 'redirect':
      return element('Redirect', { method: 'POST' }, urls.continuation(step.resume));
    case 'reject':
      return element('Reject', { reason: step.reason });
    case 'hangup':
      return element('Hangup');
    default:
      return assertNever(step);
  }
}

function prompt(step: Prompt, urls: DocumentUrls): Element<'Say'> | Element<'Play'> {
  return step.kind === 'play' ? element('Play', {}, urls.sound(step.url)) : say(step);
}

function recordingCallback(urls: DocumentUrls, subject: string) {
  return {
    recordingStatusCallback: urls.callback('recording', subject),
    recordingStatusCallbackMethod: 'POST',
    recordingStatusCallbackEvent: 'completed absent',
  } as const;
}

function say(step: SayStep): Element<'Say'> {
  return element(
    'Say',
    { voice: step.voice, language: step.language, answer: step.early === true ? false : undefined },
    ...(step.isSsml === true ? ssml(readSsml(step.text)) : [step.text]),
  );
}

/** Elements of SSML that were checked when the document was read; `element` would refuse any other. */
function ssml(nodes: ReturnType<typeof readSsml>): ChildOf<'Say'>[] {
  return nodes.map((node) =>
    typeof node === 'string'
      ? node
      : (element(node.name as 'prosody', node.attributes, ...ssml(node.children)) as ChildOf<'Say'>),
  );
}

function dial(step: DialStep, urls: DocumentUrls): Element<'Dial'> {
  // Header elements go first (reference sheet 2.8).
  const headers = Object.entries(step.headers ?? {}).map(([name, value]) => element('Header', { name, value }));
  return element(
    'Dial',
    {
      action: urls.continuation(step.resume),
      method: 'POST',
      timeout: step.timeoutSeconds,
      timeLimit: step.timeLimitSeconds,
      callerId: step.callerId,
      callerName: step.callerName,
      ...(step.record === true ? { record: 'record-from-answer' as const, ...recordingCallback(urls, 'call') } : {}),
      trunks: step.trunk,
    },
    ...headers,
    ...step.targets.map(noun),
  );
}

function noun(target: DialTarget): Element<'Number'> | Element<'Service'> {
  if (target.kind === 'number') return element('Number', {}, target.number);
  const { provider, username, password } = target;
  return element('Service', { provider, username, password }, target.number);
}
