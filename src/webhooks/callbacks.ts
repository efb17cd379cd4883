import { messageOf } from '../core/errors.ts';
import { presentsKeyOf } from './bearer.ts';
import { type CallbackClaim, createCallbackTokens } from './callback-token.ts';
import { parseCdr } from './cdr.ts';
import { portableDigests } from './digest.ts';
import { bodyOf, type LooseRecord, recordOf } from './loose.ts';
import type { VoiceAppOptions } from './options.ts';
import { completeDomain } from './parse.ts';
import type { CallRecord, Tenant } from './ports.ts';
import { parseRecording } from './recording.ts';
import { domainOfCallback, parseSessionUpdate } from './session-update.ts';

/** The asynchronous callbacks, each by the word in its path. */
export const CALLBACKS = { session: parseSessionUpdate, cdr: parseCdr, recording: parseRecording } as const;

export type CallbackKind = keyof typeof CALLBACKS;

/** Seconds until a sender may try again when the journal is full. */
const RETRY_AFTER_SECONDS = 5;

/** The parts of an HTTP request that a callback is read from, whatever server it came through. */
export interface CallbackRequest {
  /** What stands behind the kind in the path. */
  readonly token: string;
  /** Undefined when it was too large; asked for only when somebody may be behind it. */
  readonly body: () => Promise<string | undefined> | string;
  header(name: string): string | undefined;
}

export interface CallbackAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or nothing with 204. */
  readonly body: string | null;
}

/** Takes a callback of a kind. Never rejects. */
export type CallbackTaker = (kind: CallbackKind, request: CallbackRequest) => Promise<CallbackAnswer>;

/**
 * Takes session updates, CDRs or recording statuses: 204 as soon as the journal has them. 401 without the token of a
 * tenant in the path or its bearer, 400 for a body that says nothing, 413, and 503 when the journal is full, for unlike a
 * voice request these may come again.
 */
export function createCallbackTaker(options: VoiceAppOptions): CallbackTaker {
  const { plans, events, clock, metrics, log, digests = portableDigests } = options;
  const tokens = createCallbackTokens(options.continuationKey, digests);
  return async (kind, request) => {
    const answer = await take(kind, request).catch((error: unknown) => {
      log?.error({ kind, error: messageOf(error) }, 'a callback could not be taken');
      return unavailable('the callback could not be taken; send it again later');
    });
    metrics?.callback?.(kind, answer.status);
    return answer;
  };

  async function take(kind: CallbackKind, request: CallbackRequest): Promise<CallbackAnswer> {
    const { token } = request;
    // An address we made for one call proves itself; the other tokens belong to an organization.
    const claim = token.includes('.') ? tokens.open(token, clock.now().getTime()) : undefined;
    const byToken =
      claim === undefined ? await plans.byWebhookToken(digests.sha256Hex(token)) : await plans.byDomain(claim.domain);
    const authorization = request.header('authorization');
    if (byToken === undefined && authorization === undefined) return unauthorized();
    const text = await request.body();
    if (text === undefined) return problem(413, 'Body too large', 'send at most 256 KB');
    const body = bodyOf(text, request.header('content-type') ?? '');
    const items = (Array.isArray(body) ? body : [body]).map(recordOf).filter((item) => item !== undefined);
    const tenant = byToken ?? (await tenantByBearer(items, authorization));
    if (tenant === undefined) return unauthorized();
    const at = clock.now().toISOString();
    const records = items
      .map((item) => CALLBACKS[kind](claim === undefined ? item : claimed(item, claim)))
      .filter((parsed) => parsed !== undefined);
    if (records.length === 0) return problem(400, 'Body not understood', `the body is not a ${kind} callback`);
    for (const parsed of records) {
      // The parsed last: what stands behind a spread is put in one by one, which costs more than reading the callback.
      const known = { at, organizationId: tenant.organizationId, ...parsed };
      // The three parsers give the three records; the spread loses that, and nothing else.
      const record = (claim === undefined ? known : { ...known, subject: claim.subject }) as CallRecord;
      if (!(await events.append(record))) return unavailable('the journal is full; send it again later');
    }
    return { status: 204, headers: {}, body: null };
  }

  async function tenantByBearer(
    items: readonly LooseRecord[],
    authorization: string | undefined,
  ): Promise<Tenant | undefined> {
    const domain = completeDomain(items[0] === undefined ? undefined : domainOfCallback(items[0]));
    const tenant = domain === undefined ? undefined : await plans.byDomain(domain);
    return presentsKeyOf(tenant, authorization, digests) ? tenant : undefined;
  }
}

/** What arrives at an address made for one call is about that call, whatever it calls it. */
function claimed(item: LooseRecord, { callToken }: CallbackClaim): LooseRecord {
  return { ...item, token: callToken, Session: callToken };
}

function unauthorized(): CallbackAnswer {
  return problem(401, 'Unknown token', 'the token in the path belongs to nobody and no valid bearer was presented');
}

function unavailable(detail: string): CallbackAnswer {
  return problem(503, 'Try again later', detail, { 'retry-after': String(RETRY_AFTER_SECONDS) });
}

function problem(status: number, title: string, detail: string, headers: Record<string, string> = {}): CallbackAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({ type: 'about:blank', title, status, detail }),
  };
}
