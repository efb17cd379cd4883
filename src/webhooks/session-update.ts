import { conferenceChangeOf, isSpeechChange } from './conference-event.ts';
import { sha256Hex } from './digest.ts';
import { entryFor, firstText, isoTimeOf, type LooseRecord, lettersOf, recordOf, textOf } from './loose.ts';
import type { SessionDirection, SessionRecord, SessionStatus } from './ports.ts';

/** What a callback parser gives: the record without what the shell knows (organization and time of arrival). */
export type Parsed<Callback extends { readonly at: string }> = Omit<Callback, 'at' | 'organizationId'>;

/** Every spelling seen (reference sheet 3.3). `external` is undocumented but ends the call. */
const STATUSES: Readonly<Record<string, SessionStatus>> = {
  new: 'new',
  processing: 'processing',
  ringing: 'ringing',
  connected: 'connected',
  answer: 'connected',
  answered: 'connected',
  completed: 'completed',
  noanswer: 'no-answer',
  busy: 'busy',
  cancel: 'canceled',
  canceled: 'canceled',
  cancelled: 'canceled',
  congestion: 'failed',
  denied: 'failed',
  error: 'failed',
  external: 'failed',
  failed: 'failed',
  nocredit: 'failed',
  timeout: 'failed',
};

const LIVE: readonly SessionStatus[] = ['new', 'processing', 'ringing', 'connected', 'unknown'];

/**
 * Reads one session update, or a conference event that shares its URL. Undefined when it names no session. The natural
 * key is the provider's `eventId`; older runtimes send none, and then what changed stands for it.
 */
export function parseSessionUpdate(body: LooseRecord): Parsed<SessionRecord> | undefined {
  const callToken = firstText(body.token, body.Session, body.CallSid);
  if (callToken === undefined) return undefined;
  const status = entryFor(STATUSES, body.status) ?? 'unknown';
  const conferenceEvent = textOf(body.StatusCallbackEvent);
  const change = conferenceEvent === undefined ? undefined : conferenceChangeOf(conferenceEvent);
  return {
    kind: 'session',
    key: textOf(body.eventId) ?? keyOf(callToken, body, conferenceEvent),
    callToken,
    status,
    rawStatus: textOf(body.status) ?? null,
    isFinal: !LIVE.includes(status),
    direction: directionOf(body.direction),
    from: textOf(body.callerId) ?? null,
    to: textOf(body.destination) ?? null,
    modifiedAt: isoTimeOf(firstText(body.modifiedAt, body.Timestamp)) ?? null,
    startedAt: isoTimeOf(firstText(body.startTime, body.callStartTime)) ?? null,
    answeredAt: isoTimeOf(firstText(body.answerTime, body.callAnswerTime)) ?? null,
    endedAt: isoTimeOf(firstText(body.endTime, body.callEndTime)) ?? null,
    reason: textOf(body.reason) ?? null,
    error: firstText(body.lastError, body.error) ?? null,
    conferenceEvent: conferenceEvent ?? null,
    // Speech comes by the second and is not kept with the call: the journal need not carry its body.
    raw: isSpeechChange(change) ? null : body,
  };
}

/** The domain an asynchronous callback speaks for, for those who present the bearer instead of the path token. */
export function domainOfCallback(body: LooseRecord): string | undefined {
  const owner = recordOf(recordOf(body.owner)?.domain);
  const domain = recordOf(body.domain);
  const session = recordOf(body.session);
  return firstText(owner?.name, domain?.domain, domain?.name, body.domain, body.Domain, session?.domain);
}

function keyOf(callToken: string, body: LooseRecord, conferenceEvent: string | undefined): string {
  // A conference says nothing that tells two equal events apart, except all of itself.
  if (conferenceEvent !== undefined) return sha256Hex(JSON.stringify(body));
  const parts = [body.status, body.modifiedAt, body.action].map((part) => textOf(part) ?? '');
  return sha256Hex(JSON.stringify([callToken, ...parts]));
}

/** `incoming`, `Inbound`, `outgoing`, `outbound-api`, … by their beginning; `internal` and `application` in full. */
function directionOf(value: unknown): SessionDirection {
  const word = lettersOf(value);
  if (word === 'internal' || word === 'application') return word;
  if (word.startsWith('in')) return 'inbound';
  return word.startsWith('out') ? 'outbound' : 'unknown';
}
