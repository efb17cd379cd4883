import type { Context } from 'hono';
import { messageOf } from '../core/errors.ts';
import { type Answer, type Ask, type Decision, decide, type Facts } from '../routing/index.ts';
import { presentsKeyOf } from './bearer.ts';
import { readBody } from './body.ts';
import { within } from './budget.ts';
import { createContinuations } from './continuation.ts';
import { APOLOGY, REJECTED } from './documents.ts';
import { createLocalCounters } from './local-counters.ts';
import { VOICE_PATH, type VoiceAppOptions } from './options.ts';
import { parseVoiceRequest, type VoiceRequest } from './parse.ts';
import type { Tenant, VoiceRecord } from './ports.ts';
import { render } from './render.ts';

/** How long a caller waits for a shared counter before the local one decides. */
const COUNTER_BUDGET_MS = 150;

/** After a miss the counters are left alone this long: one caller waits for a database that is away, not every one. */
const COUNTER_REST_MS = 2_000;

/** How long a caller waits for the journal. Longer, and hearing an answer matters more than a record of it. */
const JOURNAL_BUDGET_MS = 1000;

/** Nodes that ask for a counter lie on the way one after the other; no sane plan asks this often. */
const MOST_TICKS = 20;

/** The query parameter that carries the signed state of a call. */
const STATE_PARAMETER = 'c';

const XML = { 'content-type': 'application/xml' } as const;

/**
 * Answers voice requests. Whatever happens after the caller's organization is known, the answer is 200 with CXML,
 * because Cloudonix drops the call on anything else; a request that proves no key gets 401 and a Reject.
 */
export function createVoiceHandler(options: VoiceAppOptions): (context: Context) => Promise<Response> {
  const { plans, counters, clock, metrics, log, publicUrl } = options;
  const continuations = createContinuations(options.continuationKey, options.digests);
  const random = options.random ?? Math.random;
  const localTick = createLocalCounters(random);
  let askAgainAtMs = 0;

  return async (context) => {
    const startedAt = performance.now();
    try {
      const { req } = context;
      const body = req.method === 'GET' ? '' : await readBody(req.raw);
      if (body === undefined) return finish(context, startedAt, REJECTED, 413);
      const query = req.query();
      const request = parseVoiceRequest({
        contentType: req.header('content-type') ?? '',
        body,
        query,
        headers: req,
      });
      const found = request.domain === undefined ? undefined : plans.byDomain(request.domain);
      const tenant = found instanceof Promise ? await found : found;
      if (!presentsKeyOf(tenant, req.header('authorization'), options.digests) || tenant === undefined) {
        const why = tenant === undefined ? 'the domain is unknown' : 'the bearer is wrong or missing';
        log?.warn({ domain: request.domain, why }, 'a voice request was refused');
        return finish(context, startedAt, REJECTED, 401);
      }
      const record = await answerCall(tenant, request, query[STATE_PARAMETER], req.raw);
      const isKept = keep(record);
      if (isKept instanceof Promise) await isKept;
      return finish(context, startedAt, record.cxml, 200, record.failure !== null);
    } catch (error) {
      log?.error({ error: messageOf(error) }, 'a voice request could not be answered; the caller heard an apology');
      return finish(context, startedAt, APOLOGY, 200, true);
    }
  };

  function finish(
    context: Context,
    startedAt: number,
    xml: string,
    status: 200 | 401 | 413,
    isFailed = false,
  ): Response {
    metrics?.answered?.(performance.now() - startedAt, status !== 200 ? 'refused' : isFailed ? 'failed' : 'ok');
    return context.body(xml, status, XML);
  }

  /** Decides and renders. Never throws: a failure becomes the record of an apology. */
  async function answerCall(
    tenant: Tenant,
    request: VoiceRequest,
    token: string | undefined,
    raw: Request,
  ): Promise<VoiceRecord> {
    const { event } = request;
    const now = clock.now();
    const owner = { organizationId: tenant.organizationId, callToken: event.callToken };
    let document = 1;
    try {
      const state = token === undefined ? undefined : continuations.open(owner, token, now.getTime());
      // Starting the call anew instead would give a caller fresh tries at everything that is counted.
      if (token !== undefined && state === undefined)
        throw new Error('the continuation token is not valid for this call');
      document = (state?.documents ?? 0) + 1;
      const facts: Facts = { now, counters: {}, random: random() };
      const decision = decide(tenant.plan, event, state, facts);
      const answer =
        decision.kind === 'answer'
          ? decision
          : await withCounters(tenant, decision, (known) => decide(tenant.plan, event, state, known), facts);
      const base = typeof publicUrl === 'string' ? publicUrl : publicUrl(raw);
      const prefix = `${base.endsWith('/') ? base.slice(0, -1) : base}${VOICE_PATH}?${STATE_PARAMETER}=`;
      const cxml = render(answer.steps, (next) => prefix + continuations.sign(owner, next, now.getTime()));
      return voiceRecord(tenant, request, now, { document, answer, cxml });
    } catch (error) {
      const failure = messageOf(error);
      log?.error(
        { organization: tenant.slug, error: failure },
        'a call could not be routed; the caller heard an apology',
      );
      return voiceRecord(tenant, request, now, { document, failure, cxml: APOLOGY });
    }
  }

  /** Most decisions need no counter; those that do take a tick and decide again. */
  async function withCounters(
    tenant: Tenant,
    first: Ask,
    again: (facts: Facts) => Decision,
    facts: Facts,
  ): Promise<Answer> {
    const ticks: Record<string, number> = {};
    let ask = first;
    for (let round = 0; round < MOST_TICKS; round += 1) {
      for (const { key } of ask.counters) ticks[key] = await tickOf(tenant.organizationId, key);
      const decision = again({ ...facts, counters: { ...ticks } });
      if (decision.kind === 'answer') return decision;
      ask = decision;
    }
    throw new Error(`the plan asks for more than ${MOST_TICKS} counters in one step`);
  }

  async function tickOf(organizationId: string, key: string): Promise<number> {
    const nowMs = clock.now().getTime();
    if (nowMs >= askAgainAtMs) {
      const tick = await within(counters.next(organizationId, key), COUNTER_BUDGET_MS);
      if (tick !== undefined) return tick;
      askAgainAtMs = nowMs + COUNTER_REST_MS;
    }
    metrics?.counterFellBack?.();
    return localTick(organizationId, key);
  }

  /** Hands the record to the journal. A full or failing journal costs the record, never the call. */
  function keep(record: VoiceRecord): void | Promise<void> {
    try {
      const taken = options.events.append(record);
      if (!(taken instanceof Promise)) return taken ? undefined : dropped('full');
      return within(taken, JOURNAL_BUDGET_MS).then((isTaken) =>
        isTaken === true ? undefined : dropped('full or late'),
      );
    } catch (error) {
      return dropped(messageOf(error));
    }
  }

  function dropped(reason: string): void {
    metrics?.recordDropped?.();
    log?.error({ reason }, 'the journal did not take the record of a voice request');
  }
}

interface Outcome {
  readonly document: number;
  readonly cxml: string;
  readonly answer?: Answer;
  readonly failure?: string;
}

function voiceRecord(
  tenant: Tenant,
  { event, stageId }: VoiceRequest,
  now: Date,
  { document, cxml, answer, failure }: Outcome,
): VoiceRecord {
  const blocked = answer?.effects.find((effect) => effect.kind === 'blocked');
  const assistant = answer?.effects.find((effect) => effect.kind === 'assistant');
  return {
    kind: 'voice',
    key: `${event.callToken}|${document}|${stageId ?? ''}`,
    at: now.toISOString(),
    organizationId: tenant.organizationId,
    callToken: event.callToken,
    document,
    from: event.from,
    to: event.to,
    direction: event.direction,
    callerName: event.callerName ?? null,
    did: answer?.did ?? null,
    input: {
      digits: event.digits ?? null,
      speech: event.speech ?? null,
      dialOutcome: event.dialOutcome ?? null,
    },
    trace: answer?.trace ?? [],
    cxml,
    planVersion: tenant.planVersion,
    ended: answer?.ended ?? true,
    blocked: blocked === undefined ? null : { pattern: blocked.pattern, reason: blocked.reason },
    assistant: assistant?.name ?? null,
    failure: failure ?? null,
  };
}
