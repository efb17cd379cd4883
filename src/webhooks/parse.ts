import { asciiDigits } from '../core/digits.ts';
import type { CallDirection, Recording, VoiceEvent } from '../routing/index.ts';
import { dialOutcomeOf } from './dial-outcome.ts';
import { bodyOf, firstText, type LooseRecord, lettersOf, recordOf, secondsOf, textOf } from './loose.ts';

/** The parts of an HTTP request that voice parsing reads. */
export interface RawRequest {
  readonly contentType: string;
  readonly body: string;
  readonly query: LooseRecord;
  readonly headers: { header(name: string): string | undefined };
}

/** A voice request, read. Nothing in it is believed yet except its form. */
export interface VoiceRequest {
  readonly event: VoiceEvent;
  /** Lower case and complete; undefined when the request names none. */
  readonly domain: string | undefined;
  /** Identifies the CXML stage; changes with each request of a call. */
  readonly stageId: string | undefined;
}

/**
 * Reads a voice request as tolerantly as section 6.1 of the reference asks: JSON, form or query (the body wins),
 * one-element lists, SessionData as text, `x-cx-*` headers where the body is silent. Never throws; what cannot be read
 * is absent.
 */
export function parseVoiceRequest(request: RawRequest): VoiceRequest {
  const { headers } = request;
  const body = request.body === '' ? undefined : recordOf(bodyOf(request.body, request.contentType));
  // Asked field by field: an object made of both would cost more than all that is read from it.
  const given = (name: string): unknown => body?.[name] ?? request.query[name];
  const session = recordOf(given('SessionData'));
  const callerName = textOf(given('CallerName'));
  const digits = asciiTextOf(given('Digits'));
  const speech = textOf(given('SpeechResult'));
  const dialOutcome = dialOutcomeOf(given('DialCallStatus'), given('CallStatus'), given('DialCallDuration'));
  const recordingUrl = httpUrlOf(given('RecordingUrl'));
  const event: VoiceEvent = {
    callToken: firstText(given('Session'), session?.token, headers.header('x-cx-session'), given('CallSid')) ?? '',
    from: userPart(firstText(given('From'), session?.callerId, headers.header('x-cx-from'))),
    to: userPart(firstText(given('To'), session?.destination, headers.header('x-cx-to'))),
    direction: directionOf(given('Direction')),
    overTrunk: showsTrunk(recordOf(session?.profile), headers.header('x-cx-source')),
    ...(callerName === undefined ? {} : { callerName }),
    ...(digits === undefined ? {} : { digits }),
    ...(speech === undefined ? {} : { speech }),
    ...(dialOutcome === undefined ? {} : { dialOutcome }),
    ...(recordingUrl === undefined ? {} : { recording: recordingOf(recordingUrl, given('RecordingDuration')) }),
  };
  const domain = firstText(
    given('Domain'),
    given('domain'),
    given('AccountSid'),
    headers.header('x-cx-domain'),
    session?.domain,
    session?.domainNameOrId,
  );
  return { event, domain: completeDomain(domain), stageId: textOf(headers.header('x-cx-stageid')) };
}

/** A domain as tenants are looked up: lower case, and a short name completed (reference sheet, discrepancy 38). */
export function completeDomain(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const lower = name.toLowerCase();
  return lower.includes('.') ? lower : `${lower}.cloudonix.net`;
}

/** Keys, in ASCII whatever script they came in. */
function asciiTextOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : asciiDigits(text);
}

/** An address that may be played; anything else (a path, another scheme) is nothing we could use. */
function httpUrlOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && text.length <= 2000 && /^https?:\/\//i.test(text) && URL.canParse(text)
    ? text
    : undefined;
}

function recordingOf(url: string, duration: unknown): Recording {
  const seconds = secondsOf(duration);
  return seconds === undefined ? { url } : { url, seconds };
}

function directionOf(value: unknown): CallDirection {
  switch (lettersOf(value)) {
    case 'subscriber':
      return 'subscriber';
    case 'outboundapi':
      return 'outbound-api';
    default:
      return 'inbound';
  }
}

/**
 * A trunk leaves its marks in the session's profile (an id of 0 is an unmatched trunk, still a trunk). `x-cx-source` is
 * documented for subscribers only; whatever else it says, except that we placed the call, is not a phone of ours.
 */
function showsTrunk(profile: LooseRecord | undefined, source: string | undefined): boolean {
  const marks = [profile?.['inbound-trunk-id'], profile?.['inbound-trunk-name'], profile?.['trunk-sip-headers']];
  if (marks.some((mark) => mark !== undefined && mark !== null)) return true;
  const from = lettersOf(source);
  return from !== '' && from !== 'subscriber' && from !== 'application';
}

/** `sip:101@acme.example;x=y` names 101, `tel:+12125550100;ext=7` the number. */
function userPart(address: string | undefined): string {
  if (address === undefined) return '';
  return asciiDigits(
    /^(?:sips?|tel):/i.test(address) ? (address.slice(address.indexOf(':') + 1).split(/[@;]/)[0] ?? '') : address,
  );
}
