import type {
  CallRecord,
  CdrDisposition,
  CdrRecord,
  SessionRecord,
  SessionStatus,
  VoiceRecord,
} from '../../webhooks/index.ts';
import { addDocument, type CallLedger, type CallStatus, EMPTY_LEDGER, first, last } from './call-ledger.ts';

/** What we know of a call. Instants are ISO 8601 in UTC. */
export interface CallFacts {
  readonly direction: string;
  readonly from: string;
  readonly to: string;
  readonly callerName: string | null;
  readonly status: CallStatus;
  /** The version that began the call; it also ends it. */
  readonly planVersion: number | null;
  readonly trace: readonly string[];
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  /** Null until a CDR closed the call. */
  readonly billableSeconds: number | null;
  readonly recordingUrl: string | null;
  /** The number of ours that was called, E.164. */
  readonly did: string | null;
  /** The extension that placed the call, or the one that was rung alone last. Who of a group answered is not told us. */
  readonly extension: string | null;
  /** Where the call is, or ended: `ring_group:sales`. */
  readonly place: string | null;
  /** The AI assistant that had the call last. */
  readonly assistant: string | null;
}

/** What has been heard of a call so far. */
export interface CallAccount {
  readonly ledger: CallLedger;
  readonly trace: readonly string[];
}

export const NOTHING_HEARD: CallAccount = { ledger: EMPTY_LEDGER, trace: [] };

/**
 * Adds one happening to what is known. Happenings come in any order, more than once, and some never: whatever the order,
 * the same set of them leaves the same account, because each entry is the first or the last by an order of its own, or
 * the largest (reference/cloudonix.md 3.3 and 4.1).
 */
export function foldCall(account: CallAccount, record: CallRecord): CallAccount {
  switch (record.kind) {
    case 'voice':
      return foldVoice(account, record);
    case 'session':
      return { ...account, ledger: foldSession(account.ledger, record) };
    case 'cdr':
      return { ...account, ledger: foldCdr(account.ledger, record) };
    case 'recording': {
      const { ledger } = account;
      const startedAt = first(ledger.startedAt, began(HEARD, record.at));
      if (record.url === null) return { ...account, ledger: { ...ledger, startedAt } };
      const recordingUrl = first(ledger.recordingUrl, [`1${record.at}|${record.key}`, record.url]);
      return { ...account, ledger: { ...ledger, startedAt, recordingUrl } };
    }
  }
}

/**
 * What the account comes to. A blocked call stays blocked; else the CDR has the last word, then a final session update,
 * then our own failure, then the furthest that the call is known to have come.
 */
export function factsOf({ ledger, trace }: CallAccount): CallFacts {
  const { cdr, sessionEnd, failedAt, blockedAt } = ledger;
  return {
    direction: ledger.direction?.[1] ?? 'unknown',
    from: ledger.from?.[1] ?? '',
    to: ledger.to?.[1] ?? '',
    callerName: ledger.callerName?.[1] ?? null,
    status: statusOf(ledger),
    planVersion: ledger.planVersion?.[1] ?? null,
    trace,
    startedAt: ledger.startedAt?.[1] ?? new Date(0).toISOString(),
    answeredAt: cdr !== undefined && !cdr.answered ? null : (ledger.answeredAt?.[1] ?? null),
    endedAt: cdr?.endedAt ?? sessionEnd?.[1].at ?? blockedAt ?? failedAt ?? null,
    billableSeconds: cdr?.billedSeconds ?? null,
    recordingUrl: ledger.recordingUrl?.[1] ?? null,
    did: ledger.did?.[1] ?? null,
    extension: ledger.caller?.[1] ?? ledger.rung?.[1] ?? null,
    place: ledger.place?.[1] ?? null,
    assistant: ledger.assistant?.[1] ?? null,
  };
}

/** How sure a beginning is: the CDR knows it, others saw the call then, or we only heard something of it. */
const TOLD = 0;
const SEEN = 1;
const HEARD = 2;

function began(certainty: number, at: string): readonly [string, string] {
  return [`${certainty}${at}`, at];
}

function foldVoice({ ledger, trace }: CallAccount, record: VoiceRecord): CallAccount {
  const { at } = record;
  // Short, because it is stored many times: the stage tells two requests for one document apart.
  const order = `${String(record.document).padStart(3, '0')}|${record.key.split('|').at(-1) ?? ''}`;
  const { documents, trace: wholeTrace } = addDocument(ledger.documents, trace, order, record.trace);
  const place = record.path?.at(-1);
  const rung = record.rings?.length === 1 ? record.rings[0] : undefined;
  const endsHere = record.ended && (record.blocked !== null || record.failure !== null);
  return {
    trace: wholeTrace,
    ledger: {
      ...ledger,
      documents,
      direction: first(ledger.direction, [`0${order}`, record.direction]),
      from: record.from === '' ? ledger.from : first(ledger.from, [`0${order}`, record.from]),
      to: record.to === '' ? ledger.to : first(ledger.to, [`0${order}`, record.to]),
      callerName: record.callerName === null ? ledger.callerName : first(ledger.callerName, [order, record.callerName]),
      planVersion:
        record.planVersion === null ? ledger.planVersion : first(ledger.planVersion, [order, record.planVersion]),
      did: record.did === null ? ledger.did : first(ledger.did, [order, record.did]),
      caller: record.direction === 'subscriber' ? first(ledger.caller, [order, record.from]) : ledger.caller,
      rung: rung === undefined ? ledger.rung : last(ledger.rung, [order, rung]),
      place: place === undefined ? ledger.place : last(ledger.place, [order, place]),
      ...(record.assistant === null ? {} : { assistant: last(ledger.assistant, [order, record.assistant]) }),
      startedAt: first(ledger.startedAt, began(SEEN, at)),
      reached: Math.max(ledger.reached, record.input.dialOutcome === 'answered' ? ANSWERED : INITIATED),
      isBlocked: ledger.isBlocked || record.blocked !== null,
      hasFailed: ledger.hasFailed || record.failure !== null,
      ...(endsHere && record.blocked !== null ? { blockedAt: earliest(ledger.blockedAt, at) } : {}),
      ...(endsHere && record.failure !== null ? { failedAt: earliest(ledger.failedAt, at) } : {}),
    },
  };
}

function foldSession(given: CallLedger, record: SessionRecord): CallLedger {
  const happenedAt = record.modifiedAt ?? record.at;
  const ledger = fill(given, record, `1${happenedAt}|${record.key}`, record.direction);
  const reached = record.conferenceEvent === null ? REACHED_BY_SESSION[record.status] : undefined;
  const end = record.conferenceEvent === null && record.isFinal ? STATUS_OF_SESSION_END[record.status] : undefined;
  const told = record.answeredAt === null ? undefined : ([`1${record.answeredAt}`, record.answeredAt] as const);
  const seen = reached === ANSWERED ? ([`2${happenedAt}`, happenedAt] as const) : undefined;
  const answered = told ?? seen;
  return {
    ...ledger,
    ...(answered === undefined || record.conferenceEvent !== null
      ? {}
      : { answeredAt: first(ledger.answeredAt, answered) }),
    ...(reached === undefined ? {} : { reached: Math.max(ledger.reached, reached) }),
    ...(end === undefined
      ? {}
      : {
          sessionEnd: first(ledger.sessionEnd, [
            `${happenedAt}|${record.key}`,
            { status: end, at: record.endedAt ?? happenedAt },
          ]),
        }),
  };
}

function foldCdr(given: CallLedger, record: CdrRecord): CallLedger {
  const ledger = fill(given, record, `2${record.recordedAt ?? record.at}|${record.key}`, 'unknown');
  const isAnswered = record.disposition === 'answered';
  const endedAt = record.endedAt ?? record.recordedAt ?? record.at;
  const beginning = beginningOf(record);
  const started = [
    ...(record.startedAt === null ? [] : [began(TOLD, record.startedAt)]),
    ...(beginning === undefined ? [] : [began(SEEN, beginning)]),
  ];
  return {
    ...ledger,
    startedAt: started.reduce(first, ledger.startedAt),
    ...(record.answeredAt === null
      ? {}
      : { answeredAt: first(ledger.answeredAt, [`0${record.answeredAt}`, record.answeredAt]) }),
    ...(record.recordingUrl === null
      ? {}
      : { recordingUrl: first(ledger.recordingUrl, [`0${endedAt}|${record.key}`, record.recordingUrl]) }),
    cdr: {
      answered: isAnswered || ledger.cdr?.answered === true,
      billedSeconds: Math.max(record.billedSeconds ?? 0, ledger.cdr?.billedSeconds ?? 0),
      endedAt: latest(ledger.cdr?.endedAt, endedAt),
      lastLeg: last(ledger.cdr?.lastLeg, [`${endedAt}|${record.key}`, STATUS_OF_DISPOSITION[record.disposition]]),
    },
  };
}

/** Takes over what nobody nearer to the call has told: a call may be heard of by its CDR only. */
function fill(
  ledger: CallLedger,
  record: SessionRecord | CdrRecord,
  order: string,
  direction: SessionRecord['direction'],
): CallLedger {
  const begin = 'conferenceEvent' in record && record.startedAt !== null ? [began(SEEN, record.startedAt)] : [];
  return {
    ...ledger,
    direction: direction === 'unknown' ? ledger.direction : first(ledger.direction, [order, direction]),
    from: record.from === null ? ledger.from : first(ledger.from, [order, record.from]),
    to: record.to === null ? ledger.to : first(ledger.to, [order, record.to]),
    startedAt: [began(HEARD, record.at), ...begin].reduce(first, ledger.startedAt),
  };
}

/** A CDR without a session says when it was written, at the end of the call, and how long the call took. */
function beginningOf({ recordedAt, durationSeconds }: CdrRecord): string | undefined {
  if (recordedAt === null) return undefined;
  return new Date(Date.parse(recordedAt) - (durationSeconds ?? 0) * 1000).toISOString();
}

function statusOf({ isBlocked, hasFailed, cdr, sessionEnd, reached }: CallLedger): CallStatus {
  if (isBlocked) return 'blocked';
  // A session of several legs has several CDRs; a call that any leg answered was answered.
  if (cdr !== undefined) return cdr.answered ? 'completed' : cdr.lastLeg[1];
  if (sessionEnd !== undefined) return sessionEnd[1].status;
  return hasFailed ? 'failed' : (LIVE_STATUSES[reached] ?? 'initiated');
}

const INITIATED = 0;
const RINGING = 1;
const ANSWERED = 2;

const LIVE_STATUSES: readonly CallStatus[] = ['initiated', 'ringing', 'answered'];

const REACHED_BY_SESSION: Readonly<Partial<Record<SessionStatus, number>>> = {
  new: INITIATED,
  processing: INITIATED,
  ringing: RINGING,
  connected: ANSWERED,
};

const STATUS_OF_SESSION_END: Readonly<Partial<Record<SessionStatus, CallStatus>>> = {
  completed: 'completed',
  'no-answer': 'no_answer',
  busy: 'busy',
  canceled: 'cancelled',
  failed: 'failed',
};

const STATUS_OF_DISPOSITION: Readonly<Record<CdrDisposition, CallStatus>> = {
  answered: 'completed',
  'no-answer': 'no_answer',
  busy: 'busy',
  canceled: 'cancelled',
  failed: 'failed',
};

function earliest(left: string | undefined, right: string): string {
  return left === undefined || right < left ? right : left;
}

function latest(left: string | undefined, right: string): string {
  return left === undefined || right > left ? right : left;
}
