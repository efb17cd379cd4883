import { sha256Hex } from './digest.ts';
import { entryFor, isoTimeOf, type LooseRecord, recordOf, secondsOf, textOf } from './loose.ts';
import type { CdrDisposition, CdrRecord } from './ports.ts';
import type { Parsed } from './session-update.ts';

const DISPOSITIONS: Readonly<Record<string, CdrDisposition>> = {
  connected: 'answered',
  answer: 'answered',
  answered: 'answered',
  noanswer: 'no-answer',
  busy: 'busy',
  cancel: 'canceled',
  canceled: 'canceled',
  cancelled: 'canceled',
};

/**
 * Reads one CDR. Undefined when it has neither disposition nor call. One session may leave several CDRs (one a leg), so
 * the key is session token and SIP Call-ID together; a record with neither is known by all of itself.
 */
export function parseCdr(body: LooseRecord): Parsed<CdrRecord> | undefined {
  const session = recordOf(body.session);
  const callToken = textOf(session?.token) ?? textOf(body.session_token);
  const callId = textOf(body.call_id);
  const rawDisposition = textOf(body.disposition);
  if (callToken === undefined && callId === undefined && rawDisposition === undefined) return undefined;
  const isKnown = callToken !== undefined || callId !== undefined;
  return {
    kind: 'cdr',
    key: isKnown ? `${callToken ?? ''}|${callId ?? ''}` : sha256Hex(JSON.stringify(body)),
    callToken: callToken ?? null,
    callId: callId ?? null,
    from: textOf(body.from) ?? null,
    to: textOf(body.to) ?? null,
    disposition: entryFor(DISPOSITIONS, rawDisposition) ?? 'failed',
    rawDisposition: rawDisposition ?? null,
    durationSeconds: secondsOf(body.duration) ?? null,
    billedSeconds: secondsOf(body.billsec) ?? null,
    recordedAt: isoTimeOf(body.timestamp, 'seconds') ?? null,
    startedAt: isoTimeOf(session?.callStartTime) ?? null,
    answeredAt: isoTimeOf(session?.callAnswerTime) ?? null,
    endedAt: isoTimeOf(session?.callEndTime) ?? null,
    trunkId: textOf(body.cx_trunk_id) ?? null,
    subscriber: textOf(body.subscriber) ?? null,
    application: textOf(body.application) ?? null,
    recordingUrl: textOf(body.recording_url) ?? null,
    cost: {
      rated: textOf(body.rated_cost) ?? null,
      approximate: textOf(body.approx_cost) ?? null,
      sell: textOf(body.sell_cost) ?? null,
    },
    raw: body,
  };
}
