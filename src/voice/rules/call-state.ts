import type { CallRecord, CdrDisposition, CdrRecord, SessionStatus } from '../../webhooks/index.ts';

export type CallStatus =
  | 'initiated'
  | 'ringing'
  | 'answered'
  | 'completed'
  | 'busy'
  | 'no_answer'
  | 'failed'
  | 'blocked'
  | 'cancelled';

/** What we know of a call. Instants are ISO 8601 in UTC. */
export interface CallFacts {
  readonly direction: string;
  readonly from: string;
  readonly to: string;
  readonly callerName: string | null;
  readonly status: CallStatus;
  readonly planVersion: number | null;
  readonly trace: readonly string[];
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  /** Null until a CDR closed the call. */
  readonly billableSeconds: number | null;
  readonly recordingUrl: string | null;
}

/** A call of which nothing is known yet but that something happened on it. */
export function unknownCall(at: string): CallFacts {
  return {
    direction: 'unknown',
    from: '',
    to: '',
    callerName: null,
    status: 'initiated',
    planVersion: null,
    trace: [],
    startedAt: at,
    answeredAt: null,
    endedAt: null,
    billableSeconds: null,
    recordingUrl: null,
  };
}

/**
 * Adds one happening to what is known. Happenings come in any order and more than once (the caller drops repeats by
 * key): a live status only ever climbs, a terminal one is replaced only by the CDR, which has the last word whatever
 * came before it (reference/cloudonix.md 3.3 and 4.1).
 */
export function foldCall(call: CallFacts, record: CallRecord): CallFacts {
  switch (record.kind) {
    case 'voice': {
      const named = {
        ...call,
        direction: record.direction,
        from: record.document === 1 || call.from === '' ? record.from : call.from,
        to: record.document === 1 || call.to === '' ? record.to : call.to,
        callerName: record.callerName ?? call.callerName,
        planVersion: record.planVersion ?? call.planVersion,
        trace: [...call.trace, ...record.trace],
        startedAt: earlier(call.startedAt, record.at),
      };
      if (record.blocked !== null) return { ...named, status: 'blocked' };
      const reached = record.input.dialOutcome === 'answered' ? 'answered' : 'initiated';
      return { ...named, status: climb(named.status, reached) };
    }
    case 'session': {
      const named = fill(call, record);
      if (record.conferenceEvent !== null) return named;
      const status = STATUS_OF_SESSION[record.status];
      if (status === undefined) return named;
      const answeredAt = named.answeredAt ?? record.answeredAt ?? (status === 'answered' ? record.at : null);
      const endedAt = record.isFinal ? (named.endedAt ?? record.endedAt ?? record.at) : named.endedAt;
      return { ...named, status: climb(named.status, status), answeredAt, endedAt };
    }
    case 'cdr': {
      const named = fill(call, record);
      const billed = record.billedSeconds ?? 0;
      return {
        ...named,
        status: call.status === 'blocked' ? 'blocked' : statusOfDisposition(record.disposition, call),
        startedAt: record.startedAt ?? earlier(named.startedAt, beginningOf(record) ?? named.startedAt),
        answeredAt: record.answeredAt ?? (record.disposition === 'answered' ? named.answeredAt : null),
        endedAt: record.endedAt ?? record.recordedAt ?? record.at,
        billableSeconds: Math.max(billed, call.billableSeconds ?? 0),
        recordingUrl: record.recordingUrl ?? named.recordingUrl,
      };
    }
    case 'recording':
      return { ...call, recordingUrl: record.url ?? call.recordingUrl };
  }
}

/** A CDR without a session says when it was written, at the end of the call, and how long the call took. */
function beginningOf({ recordedAt, durationSeconds }: CdrRecord): string | undefined {
  if (recordedAt === null) return undefined;
  return new Date(Date.parse(recordedAt) - (durationSeconds ?? 0) * 1000).toISOString();
}

/** A session of several legs has several CDRs; a call that any leg answered was answered. */
function statusOfDisposition(disposition: CdrDisposition, call: CallFacts): CallStatus {
  const status = STATUS_OF_DISPOSITION[disposition];
  return call.billableSeconds !== null && call.status === 'completed' ? 'completed' : status;
}

const STATUS_OF_DISPOSITION: Readonly<Record<CdrDisposition, CallStatus>> = {
  answered: 'completed',
  'no-answer': 'no_answer',
  busy: 'busy',
  canceled: 'cancelled',
  failed: 'failed',
};

const STATUS_OF_SESSION: Readonly<Record<SessionStatus, CallStatus | undefined>> = {
  new: 'initiated',
  processing: 'initiated',
  ringing: 'ringing',
  connected: 'answered',
  completed: 'completed',
  'no-answer': 'no_answer',
  busy: 'busy',
  canceled: 'cancelled',
  failed: 'failed',
  unknown: undefined,
};

const RANK: Readonly<Record<CallStatus, number>> = {
  initiated: 0,
  ringing: 1,
  answered: 2,
  completed: 3,
  busy: 3,
  no_answer: 3,
  failed: 3,
  cancelled: 3,
  blocked: 4,
};

function climb(current: CallStatus, next: CallStatus): CallStatus {
  return RANK[next] > RANK[current] ? next : current;
}

function earlier(left: string, right: string): string {
  return left < right ? left : right;
}

/** Takes over what was not known: a call may be heard of by its CDR only. */
function fill(
  call: CallFacts,
  record: { readonly from: string | null; readonly to: string | null; readonly startedAt: string | null } & (
    | { readonly direction: string }
    | object
  ),
): CallFacts {
  const direction = 'direction' in record ? record.direction : 'unknown';
  return {
    ...call,
    direction: call.direction === 'unknown' ? direction : call.direction,
    from: call.from === '' ? (record.from ?? '') : call.from,
    to: call.to === '' ? (record.to ?? '') : call.to,
    startedAt: record.startedAt === null ? call.startedAt : earlier(call.startedAt, record.startedAt),
  };
}
