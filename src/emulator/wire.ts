import type { CallFacts, Disposition, SessionWord } from './call.ts';

/*
 * What Cloudonix puts on the wire, after captured requests of its current runtime (reference/cloudonix.md 1.2 to 1.5, 3.2
 * and 4.2). Pure: every instant and id is told.
 */

export type Json = Readonly<Record<string, unknown>>;

/** Numbers a real account would have; ours are always the same. */
const DOMAIN_ID = 4101;
const APPLICATION_ID = 7301;
const APPLICATION_UUID = '9f1d2c3b-4a5e-4f60-8a7b-6c5d4e3f2a10';
const TRUNK_ID = 812;
const VAPP_SERVER = '172.24.10.15';

/** Marks a call that nobody placed; it comes back in session updates and CDRs. */
const MARK = { emulated: true } as const;

/** A voice request. `fields` are those of an action: digits, the outcome of a dial, a recording. */
export function voiceRequest(facts: CallFacts, domain: string, fields: Json): Json {
  const { plan } = facts;
  return {
    ApplicationSid: APPLICATION_UUID,
    ApiVersion: '1',
    CallStatus: 'in-progress',
    CallSid: plan.token,
    Session: plan.token,
    From: plan.from,
    To: plan.to,
    Direction: plan.direction,
    Domain: domain,
    AccountSid: domain,
    ...(plan.callerName === undefined ? {} : { CallerName: plan.callerName }),
    SessionData: sessionOf(facts, domain),
    ...fields,
  };
}

/** Headers of a voice request; `stageId` names the document that is asked for. */
export function voiceHeaders(facts: CallFacts, domain: string, key: string, stageId: string): Record<string, string> {
  const { plan } = facts;
  return {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'user-agent': 'Cloudonix APP.Core/5.3.673 (emulated)',
    'x-cx-domain': domain,
    'x-cx-session': plan.token,
    'x-cx-source': plan.direction === 'subscriber' ? 'SUBSCRIBER' : 'TRUNK',
    'x-cx-stageid': stageId,
  };
}

/** A session update. `eventId` is new for each. */
export function sessionUpdate(facts: CallFacts, domain: string, eventId: string, nowMs: number): Json {
  const { answeredAt, endedAt, startedAt } = facts;
  return {
    ...sessionOf(facts, domain),
    eventId,
    direction: facts.plan.direction === 'inbound' ? 'incoming' : 'outgoing',
    createdAt: isoOf(startedAt),
    modifiedAt: isoOf(nowMs),
    startTime: isoOf(startedAt),
    answerTime: answeredAt === undefined ? null : isoOf(answeredAt),
    endTime: endedAt === undefined ? null : isoOf(endedAt),
    callEndTime: endedAt ?? null,
    timeLimit: 14_400,
    action: 'status',
    reason: null,
    lastError: null,
    ...(facts.status === 'ringing' ? { ringing: true } : {}),
  };
}

/** The CDR of a call that has ended. Begun seconds count, as carriers bill them. */
export function callDetailRecord(
  facts: CallFacts & { readonly endedAt: number },
  domain: string,
  disposition: Disposition,
): Json {
  const { plan, startedAt, answeredAt, endedAt } = facts;
  const seconds = (from: number) => Math.max(0, Math.ceil((endedAt - from) / 1000));
  return {
    timestamp: Math.floor(endedAt / 1000),
    domain,
    owner: { domain: { name: domain } },
    from: plan.from,
    to: plan.to,
    subscriber: plan.direction === 'subscriber' ? plan.from : null,
    cx_trunk_id: plan.direction === 'subscriber' ? null : TRUNK_ID,
    application: APPLICATION_ID,
    route: null,
    duration: seconds(startedAt),
    billsec: answeredAt === undefined ? 0 : seconds(answeredAt),
    disposition,
    rated_cost: null,
    approx_cost: '0.0000',
    sell_cost: null,
    vapp_server: VAPP_SERVER,
    call_id: sipCallId(plan.token),
    session: { ...sessionOf(facts, domain), callEndTime: endedAt },
  };
}

/** A recording callback: no domain in it, as on the real platform (1.8). */
export function recordingCallback(facts: CallFacts, fields: Json, nowMs: number): Json {
  const { token } = facts.plan;
  return { CallSid: token, Session: token, ...fields, RecordingStartTime: isoOf(nowMs) };
}

/** What a conference tells of one who is in it (2.8.4). */
export function conferenceCallback(facts: CallFacts, event: string, nowMs: number): Json {
  const { token } = facts.plan;
  return { CallSid: token, Session: token, StatusCallbackEvent: event, Timestamp: isoOf(nowMs) };
}

function sessionOf(facts: CallFacts, domain: string) {
  const { plan, startedAt, answeredAt, status } = facts;
  const isSubscriber = plan.direction === 'subscriber';
  const callId = sipCallId(plan.token);
  return {
    domainId: DOMAIN_ID,
    domain,
    domainNameOrId: domain,
    outgoingSubscriberId: isSubscriber ? 55_104 : null,
    destination: plan.to,
    callerId: plan.from,
    token: plan.token,
    status: wordOf(status),
    vappServer: VAPP_SERVER,
    callIds: [callId],
    callStartTime: startedAt,
    callAnswerTime: answeredAt ?? null,
    profile: {
      ...MARK,
      callId: [callId],
      ...(isSubscriber
        ? { 'subscriber-sip-headers': { 'Cloudonix-Origin': 'subscriber', CID: callId } }
        : {
            'inbound-trunk-id': TRUNK_ID,
            'inbound-trunk-name': 'emulated',
            'trunk-sip-headers': { 'Cloudonix-Origin': 'border', CID: callId },
          }),
    },
  };
}

/** The current runtime writes the words of a live session in capitals. */
function wordOf(status: SessionWord): string {
  return status === 'new' || status === 'connected' ? status.toUpperCase() : status;
}

function sipCallId(token: string): string {
  return `${token.slice(0, 16)}@203.0.113.20:5060`;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
