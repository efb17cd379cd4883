import type { CdrDisposition, CdrRecord, SessionRecord, SessionStatus, VoiceRecord } from '../../src/webhooks/index.ts';

const base = {
  at: '2026-01-06T09:00:00.000Z',
  organizationId: '00000000-0000-7000-8000-000000000001',
  callToken: '40e06707b6a27e3078264ea74c707da0',
};

/** What a voice record says of a caller who is on the blacklist. */
export const BLOCKED: NonNullable<VoiceRecord['blocked']> = {
  match: 'prefix',
  pattern: '+1900',
  list: null,
  action: 'reject',
  reason: 'nuisance',
};

/** A first voice request of an inbound call; name what the test is about. */
export function voice(facts: Partial<VoiceRecord> = {}): VoiceRecord {
  return {
    ...base,
    kind: 'voice',
    key: `stage-${facts.document ?? 1}`,
    document: 1,
    from: '+12125550101',
    to: '+12125550100',
    direction: 'inbound',
    callerName: null,
    did: '+12125550100',
    input: { digits: null, speech: null, dialOutcome: null },
    trace: [],
    cxml: '<Response/>',
    planVersion: 1,
    ended: false,
    blocked: null,
    assistant: null,
    assistantResult: null,
    failure: null,
    ...facts,
  };
}

export function session(status: SessionStatus, facts: Partial<SessionRecord> = {}): SessionRecord {
  return {
    ...base,
    kind: 'session',
    key: `event-${status}`,
    status,
    rawStatus: status,
    isFinal: ['completed', 'no-answer', 'busy', 'canceled', 'failed'].includes(status),
    direction: 'inbound',
    from: '+12125550101',
    to: '+12125550100',
    modifiedAt: base.at,
    startedAt: base.at,
    answeredAt: null,
    endedAt: null,
    reason: null,
    error: null,
    conferenceEvent: null,
    raw: {},
    ...facts,
  };
}

export function cdr(disposition: CdrDisposition, facts: Partial<CdrRecord> = {}): CdrRecord {
  return {
    ...base,
    kind: 'cdr',
    key: `cdr-${disposition}`,
    callId: 'sip-1@203.0.113.20:5060',
    from: '+12125550101',
    to: '+12125550100',
    disposition,
    rawDisposition: disposition,
    durationSeconds: 60,
    billedSeconds: disposition === 'answered' ? 50 : 0,
    recordedAt: '2026-01-06T09:01:01.000Z',
    startedAt: base.at,
    answeredAt: null,
    endedAt: '2026-01-06T09:01:00.000Z',
    trunkId: null,
    subscriber: null,
    application: null,
    recordingUrl: null,
    cost: { rated: null, approximate: null, sell: null },
    raw: {},
    ...facts,
  };
}
