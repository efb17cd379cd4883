import {
  advance,
  type CallDirection,
  type CallerInput,
  type PlayedVerb,
  SIMULATED_RECORDING,
} from '../routing/index.ts';
import { type ReadElement, readCxml, textOf } from './cxml/read.ts';

/** Sends one request to a voice endpoint: ours in memory, or one that is running somewhere. */
export type SendVoiceRequest = (
  url: string,
  body: Readonly<Record<string, unknown>>,
) => Promise<{ readonly status: number; readonly body: string }>;

export interface PlayedCall {
  readonly from: string;
  readonly to: string;
  readonly direction: CallDirection;
  readonly domain: string;
  /** 32 hex characters. */
  readonly callToken: string;
}

/** One request and the document that answered it. */
export interface PlayedDocument {
  readonly step: number;
  readonly request: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly cxml: string;
  /** Whether the call can go on after this document. */
  readonly ended: boolean;
}

/** Plays Cloudonix: one call, one document at a time. */
export interface CallPlayer {
  /** The first request of the call. */
  begin(): Promise<PlayedDocument>;
  /**
   * Meets the last document with an input, or follows a redirect that needs none. `used` tells whether the input was
   * taken; `document` is undefined when the call has ended or waits for another kind of input.
   */
  next(input: CallerInput | undefined): Promise<NextDocument>;
}

export type NextDocument =
  | { readonly kind: 'document'; readonly document: PlayedDocument; readonly used: boolean }
  | { readonly kind: 'waiting'; readonly for: 'digits' | 'dial' | 'record' }
  | { readonly kind: 'ended'; readonly isInputUsed: boolean };

/**
 * A player that posts requests as Cloudonix does and follows the URLs in the documents it gets. Throws when an answer is
 * not readable CXML.
 */
export function createCallPlayer(call: PlayedCall, firstUrl: string, send: SendVoiceRequest): CallPlayer {
  let steps = 0;
  let verbs: readonly PlayedVerb<string>[] = [];

  const post = async (url: string, extra: Readonly<Record<string, unknown>>): Promise<PlayedDocument> => {
    const request = { ...requestOf(call), ...extra };
    const { status, body } = await send(url, request);
    verbs = playedElements(readCxml(body), url);
    steps += 1;
    const ended = !verbs.some((verb) => verb.kind === 'redirect' || ('action' in verb && verb.action !== undefined));
    return { step: steps, request, status, cxml: body, ended };
  };

  return {
    begin: () => post(firstUrl, {}),
    async next(input) {
      const step = advance(verbs, input);
      if (step.kind !== 'request') return step;
      return { kind: 'document', document: await post(step.resume, fieldsOf(step.input)), used: step.isInputUsed };
    },
  };
}

/** The request of Cloudonix's current runtime (reference 1.3 to 1.5), as far as it matters to anybody. */
function requestOf({ from, to, direction, domain, callToken }: PlayedCall): Record<string, unknown> {
  const profiles: Readonly<Record<CallDirection, Record<string, unknown>>> = {
    inbound: { 'inbound-trunk-id': 1, 'inbound-trunk-name': 'simulated' },
    subscriber: { 'subscriber-sip-headers': { 'Cloudonix-Origin': 'subscriber' } },
    'outbound-api': {},
  };
  return {
    CallSid: callToken,
    Session: callToken,
    From: from,
    To: to,
    Direction: direction,
    CallStatus: 'in-progress',
    Domain: domain,
    AccountSid: domain,
    ApiVersion: '1',
    SessionData: { token: callToken, domain, callerId: from, destination: to, profile: profiles[direction] },
  };
}

function fieldsOf(input: CallerInput): Record<string, string> {
  switch (input.kind) {
    case 'digits':
      return { Digits: input.digits };
    case 'speech':
      return { SpeechResult: input.text };
    case 'dial':
      return { DialCallStatus: input.outcome === 'answered' ? 'completed' : input.outcome };
    case 'record':
      return { RecordingUrl: SIMULATED_RECORDING, RecordingDuration: String(input.seconds) };
    case 'noinput':
      return {};
  }
}

/** The verbs of a document that decide where a call goes; relative URLs are resolved against the document's own. */
function playedElements(response: ReadElement, documentUrl: string): PlayedVerb<string>[] {
  if (response.name !== 'Response') throw new Error(`the answer is <${response.name}>, not a CXML <Response>`);
  const resolved = (url: string) => new URL(url, documentUrl).href;
  const verbs: PlayedVerb<string>[] = [];
  for (const verb of response.children) {
    if (typeof verb === 'string') continue;
    const { action, numDigits, finishOnKey = '#' } = verb.attributes;
    switch (verb.name) {
      case 'Gather': {
        const digits = numDigits === undefined ? {} : { digits: Number(numDigits) };
        // Without an action a Gather reports to the document it stands in (reference 2.6).
        const hasSpeech = (verb.attributes.input ?? 'dtmf').includes('speech');
        verbs.push({ kind: 'gather', ...digits, finishOnKey, hasSpeech, action: resolved(action ?? documentUrl) });
        break;
      }
      case 'Record':
        verbs.push({ kind: 'record', action: resolved(action ?? documentUrl) });
        break;
      case 'Dial':
      case 'Connect':
        verbs.push({ kind: 'dial', ...(action === undefined ? {} : { action: resolved(action) }) });
        break;
      case 'Redirect':
        verbs.push({ kind: 'redirect', to: resolved(textOf(verb)) });
        break;
      case 'Hangup':
      case 'Reject':
        verbs.push({ kind: 'end' });
        break;
    }
  }
  return verbs;
}
