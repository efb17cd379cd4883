import type { Blocked, BlockLists } from '../routing/blacklist.ts';
import type { Facts } from '../routing/decision.ts';
import type { CallDirection, DialOutcome, Recording, VoiceEvent } from '../routing/event.ts';
import type { Finding, Inquiry } from '../routing/inquiry.ts';
import type { RoutingPlan } from '../routing/plan.ts';
import type { Question } from '../routing/question.ts';

/*
 * Everything the webhooks need from the world. Node fills these with a plan kept in memory, a journal and Postgres;
 * Workers with KV, a Queue and Hyperdrive. The webhooks themselves never know.
 */

/** One organization as the webhooks see it. Secrets are held as SHA-256 only, so a snapshot of it gives nothing away. */
export interface Tenant {
  readonly organizationId: string;
  readonly slug: string;
  /** Full Cloudonix domain, lower case: `acme.cloudonix.net`. */
  readonly domain: string;
  /** Lower-case hex SHA-256 of the bearer Cloudonix presents. */
  readonly requestsKeyHash: string;
  /** Lower-case hex SHA-256 of the token in the callback paths. */
  readonly webhookTokenHash: string;
  readonly plan: RoutingPlan;
  readonly planVersion: number;
  /** The numbers of the long block lists; absent where they are not kept. */
  readonly blockLists?: BlockLists;
}

/** Finds tenants. The voice path asks by domain, so that answer should come from memory (no promise). */
export interface PlanStore {
  /** `domain` is lower case and complete (a short name already got `.cloudonix.net`). */
  byDomain(domain: string): Tenant | undefined | Promise<Tenant | undefined>;
  /** `hash` is the lower-case hex SHA-256 of the token in the path. */
  byWebhookToken(hash: string): Tenant | undefined | Promise<Tenant | undefined>;
  /**
   * Another version of an organization's plan than the newest, for calls that it began. Undefined when it cannot be had;
   * a store without this lets calls go on with the newest.
   */
  planOf?(organizationId: string, version: number): RoutingPlan | undefined | Promise<RoutingPlan | undefined>;
}

/**
 * Takes what happened. `false` means that the record was not taken: full, or too late. A caller waits for the answer, so
 * it must come soon whatever happens; a sink behind a network is wrapped in `promptly`.
 */
export interface EventSink {
  append(event: CallRecord): boolean | Promise<boolean>;
}

/** For whom a question to the shared state is asked. */
export interface Asker {
  readonly organizationId: string;
  /** The call-session token. */
  readonly callToken: string;
  readonly at: Date;
}

/** State that every process of an installation shares. */
export interface Counters {
  /** Answers by one atomic statement; may be slow or fail, callers have a fallback. */
  answer(asker: Asker, question: Question): Promise<number>;
}

/** Finds out what a decision needs from the world outside. */
export interface Inquiries {
  /** May be slow or fail: callers have a budget, and a failure is a finding. */
  find(asker: Asker, inquiry: Inquiry): Promise<Finding>;
}

/** What happened on a call, as it goes to the journal and from there to the database. */
export type CallRecord = VoiceRecord | SessionRecord | CdrRecord | RecordingRecord;

interface RecordBase {
  /** Natural key, unique within (organizationId, kind): appending the same happening twice changes nothing. */
  readonly key: string;
  /** When we took it, ISO 8601 in UTC. */
  readonly at: string;
  readonly organizationId: string;
  /** The call-session token. Null only for a CDR that came without a session. */
  readonly callToken: string | null;
}

/** One voice request and the document it was answered with. */
export interface VoiceRecord extends RecordBase {
  readonly kind: 'voice';
  readonly callToken: string;
  /** Which document of the call this is; the first is 1. */
  readonly document: number;
  readonly from: string;
  readonly to: string;
  readonly direction: CallDirection;
  readonly callerName: string | null;
  /** The number of ours that was called, E.164. */
  readonly did: string | null;
  readonly input: {
    readonly digits: string | null;
    readonly speech: string | null;
    readonly dialOutcome: DialOutcome | null;
    /** What a `<Record>` brought back. */
    readonly recording?: VoiceEvent['recording'];
  };
  readonly trace: readonly string[];
  /** The places the call went through to this document, as `type:key`. Journals of the first release have none. */
  readonly path?: readonly string[];
  /** The extensions this document rings. */
  readonly rings?: readonly string[];
  /** What the decision was told besides plan, event and state: with it the decision can be made again. */
  readonly facts?: Pick<Facts, 'random' | 'counters' | 'findings'> & { readonly overTrunk: boolean };
  readonly cxml: string;
  /** Null when the call failed before a plan was applied. */
  readonly planVersion: number | null;
  /** True when this document ends the call as far as we are concerned. */
  readonly ended: boolean;
  /** The blacklist entry that refused the caller, and the long list it is on. */
  readonly blocked: {
    readonly match: Blocked['match'];
    readonly pattern: string;
    readonly list: string | null;
    readonly action: Blocked['treatment']['action'];
    readonly reason: string;
  } | null;
  /** The AI assistant that was engaged. */
  readonly assistant: string | null;
  /** How the assistant of the document before came out. */
  readonly assistantResult: {
    readonly name: string;
    readonly isGood: boolean;
    readonly restAfterFailures: number;
    readonly restSeconds: number;
  } | null;
  /** A message was left in a voicemail box; `subject` is that of its recording. */
  readonly voicemail?: { readonly subject: string; readonly recording: Recording };
  /** What the owner of a voicemail box did with a message. */
  readonly mailbox?: { readonly action: 'read' | 'delete'; readonly message: string };
  /** For the operator: what went wrong while deciding; the caller heard an apology. */
  readonly failure: string | null;
}

/** Ranked so that a late update never moves a call backwards: new < processing < ringing < connected < the rest. */
export type SessionStatus =
  | 'new'
  | 'processing'
  | 'ringing'
  | 'connected'
  | 'completed'
  | 'no-answer'
  | 'busy'
  | 'canceled'
  | 'failed'
  | 'unknown';

export type SessionDirection = 'inbound' | 'outbound' | 'internal' | 'application' | 'unknown';

/** One session update, or a conference event that shares its URL (`conferenceEvent` set, status `unknown`). */
export interface SessionRecord extends RecordBase {
  readonly kind: 'session';
  readonly callToken: string;
  readonly status: SessionStatus;
  readonly rawStatus: string | null;
  readonly isFinal: boolean;
  readonly direction: SessionDirection;
  readonly from: string | null;
  readonly to: string | null;
  readonly modifiedAt: string | null;
  readonly startedAt: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly reason: string | null;
  readonly error: string | null;
  readonly conferenceEvent: string | null;
  /** What it is about, when it came to an address made for that: `conference_room:daily`. */
  readonly subject?: string;
  readonly raw: unknown;
}

export type CdrDisposition = 'answered' | 'no-answer' | 'busy' | 'canceled' | 'failed';

/** The provider's final word on one leg. */
export interface CdrRecord extends RecordBase {
  readonly kind: 'cdr';
  /** SIP Call-ID; not the session token. */
  readonly callId: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly disposition: CdrDisposition;
  readonly rawDisposition: string | null;
  readonly durationSeconds: number | null;
  /** Answered time; 0 is a real value. */
  readonly billedSeconds: number | null;
  readonly recordedAt: string | null;
  readonly startedAt: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly trunkId: string | null;
  readonly subscriber: string | null;
  readonly application: string | null;
  readonly recordingUrl: string | null;
  /** Decimal text as delivered, so that no cent is lost to a float. */
  readonly cost: { readonly rated: string | null; readonly approximate: string | null; readonly sell: string | null };
  readonly raw: unknown;
}

export type RecordingStatus = 'in-progress' | 'completed' | 'absent' | 'failed' | 'unknown';

/** One status of one recording. */
export interface RecordingRecord extends RecordBase {
  readonly kind: 'recording';
  readonly callToken: string;
  readonly recordingSid: string | null;
  readonly status: RecordingStatus;
  readonly rawStatus: string | null;
  readonly url: string | null;
  readonly durationSeconds: number | null;
  readonly startedAt: string | null;
  /** What it is about, when it came to an address made for that: `voicemail:101/2`. */
  readonly subject?: string;
  readonly raw: unknown;
}

/** What the webhooks count. Every hook is optional and must not throw. */
export interface VoiceMetrics {
  /** One voice request was answered, in milliseconds. */
  answered?(milliseconds: number, outcome: 'ok' | 'refused' | 'failed'): void;
  /** A counter missed its budget or failed; the local fallback was used. */
  counterFellBack?(): void;
  /** The sink was full or failed; the record of a voice request could not be kept. */
  recordDropped?(): void;
  /** A callback was taken or turned away. */
  callback?(kind: 'session' | 'cdr' | 'recording', status: number): void;
}

/** Where the webhooks talk to the operator. Never gets a secret, a number in the clear or a body. */
export interface WebhookLog {
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}
