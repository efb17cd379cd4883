import { assertNever } from '../core/errors.ts';
import type { CallState, DialStep, DialTarget, Prompt, SayStep, Step } from '../routing/index.ts';
import { document, element } from './cxml/element.ts';
import type { ChildOf, Element } from './cxml/verbs.ts';

/** Makes the absolute URL that brings the call back in this state. */
export type ContinuationUrl = (state: CallState) => string;

/** The CXML document of some steps. */
export function render(steps: readonly Step[], continuationUrl: ContinuationUrl): string {
  const urlOf = signedOnce(continuationUrl);
  return document(...steps.map((step) => verb(step, urlOf)));
}

/** A Gather and the Redirect after it come back in the same state; signing it once is enough. */
function signedOnce(continuationUrl: ContinuationUrl): ContinuationUrl {
  let last: { readonly state: CallState; readonly url: string } | undefined;
  return (state) => {
    if (last?.state !== state) last = { state, url: continuationUrl(state) };
    return last.url;
  };
}

function verb(step: Step, continuationUrl: ContinuationUrl): ChildOf<'Response'> {
  switch (step.kind) {
    case 'say':
    case 'play':
      return prompt(step);
    case 'pause':
      return element('Pause', { length: step.seconds });
    case 'dial':
      return dial(step, continuationUrl(step.resume));
    case 'gather':
      return element(
        'Gather',
        {
          action: continuationUrl(step.resume),
          method: 'POST',
          input: 'dtmf',
          numDigits: step.digits,
          finishOnKey: step.finishOnKey,
          timeout: step.betweenDigitsSeconds,
          maxTimeout: step.firstDigitSeconds,
        },
        ...step.prompt.map(prompt),
      );
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
            maxParticipants: step.maxParticipants,
          },
          step.room,
        ),
      );
    case 'connect-stream':
      return element(
        'Connect',
        { action: continuationUrl(step.resume), method: 'POST' },
        element(
          'Stream',
          { url: step.url, name: step.name },
          ...Object.entries(step.parameters).map(([name, value]) => element('Parameter', { name, value })),
        ),
      );
    case 'redirect':
      return element('Redirect', { method: 'POST' }, continuationUrl(step.resume));
    case 'reject':
      return element('Reject', { reason: step.reason });
    case 'hangup':
      return element('Hangup');
    default:
      return assertNever(step);
  }
}

function prompt(step: Prompt): Element<'Say'> | Element<'Play'> {
  return step.kind === 'play' ? element('Play', {}, step.url) : say(step);
}

function say(step: SayStep): Element<'Say'> {
  return element(
    'Say',
    { voice: step.voice, language: step.language, answer: step.early === true ? false : undefined },
    step.text,
  );
}

function dial(step: DialStep, action: string): Element<'Dial'> {
  // Header elements go first (reference sheet 2.8).
  const headers = Object.entries(step.headers ?? {}).map(([name, value]) => element('Header', { name, value }));
  return element(
    'Dial',
    {
      action,
      method: 'POST',
      timeout: step.timeoutSeconds,
      timeLimit: step.timeLimitSeconds,
      callerId: step.callerId,
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
