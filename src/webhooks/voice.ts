import { messageOf } from '../core/errors.ts';
import {
  type Answer,
  type Ask,
  createMemoryCounters,
  type Decision,
  decide,
  type Effect,
  type Facts,
  type Finding,
  type Inquiry,
  type Question,
} from '../routing/index.ts';
import { presentsKeyOf } from './bearer.ts';
import { within } from './budget.ts';
import { createCallbackTokens } from './callback-token.ts';
import { createContinuations } from './continuation.ts';
import { nameFor, STATE_PARAMETER } from './continuation-url.ts';
import { documentUrls } from './document-urls.ts';
import { APOLOGY, REJECTED } from './documents.ts';
import type { VoiceAppOptions } from './options.ts';
import { parseVoiceRequest, type VoiceRequest } from './parse.ts';
import type { Asker, Tenant, VoiceRecord } from './ports.ts';
import { render } from './render.ts';

/** How long a caller waits for a shared counter before the local one decides. */
const COUNTER_BUDGET_MS = 150;

/** After a miss the counters are left alone this long: one caller waits for a database that is away, not every one. */
const COUNTER_REST_MS = 2_000;

/** An endpoint keeps its own time; this is for the case that it does not. */
const INQUIRY_GRACE_MS = 50;

/** How long somebody who switches something by telephone waits for the database. */
const CHANGE_BUDGET_MS = 1000;

/** How long a caller waits for the plan that began the call when it is not at hand; then the newest decides. */
const OLDER_PLAN_BUDGET_MS = 500;

/** Nodes that ask for a counter lie on the way one after the other; no sane plan asks this often. */
const MOST_ROUNDS = 20;

/** The parts of an HTTP request that a voice answer is made from, whatever server it came through. */
export interface VoiceHttpRequest {
  /** As it came; complete where `publicUrl` is made from it. */
  readonly url: string;
  /** Empty for GET; undefined when it was too large to be read. */
  readonly body: string | undefined;
  /** The first of each parameter. */
  readonly query: Readonly<Record<string, string>>;
  header(name: string): string | undefined;
}

export interface VoiceHttpAnswer {
  readonly status: 200 | 401 | 413;
  /** Goes out as application/xml. */
  readonly cxml: string;
}

/** Answers a voice request. Never rejects. */
export type VoiceAnswerer = (request: VoiceHttpRequest) => Promise<VoiceHttpAnswer>;

/**
 * Answers voice requests. Whatever happens after the caller's organization is known, the answer is 200 with CXML,
 * because Cloudonix drops the call on anything else; a request that proves no key gets 401 and a Reject.
 */
export function createVoiceAnswerer(options: VoiceAppOptions): VoiceAnswerer {
  const { plans, counters, clock, metrics, log, publicUrl } = options;
  const continuations = createContinuations(options.continuationKey, options.digests);
  const callbacks = createCallbackTokens(options.continuationKey, options.digests);
  const random = options.random ?? Math.random;
  const local = createMemoryCounters(() => Math.floor(random() * 1000));
  let askAgainAtMs = 0;

  return async (http) => {
    const startedAt = performance.now();
    try {
      if (http.body === undefined) return finish(startedAt, REJECTED, 413);
      const request = parseVoiceRequest({
        contentType: http.header('content-type') ?? '',
        body: http.body,
        query: http.query,
        headers: http,
      });
      const found = request.domain === undefined ? undefined : plans.byDomain(request.domain);
      const tenant = found instanceof Promise ? await found : found;
      if (!presentsKeyOf(tenant, http.header('authorization'), options.digests) || tenant === undefined) {
        const why = tenant === undefined ? 'the domain is unknown' : 'the bearer is wrong or missing';
        log?.warn({ domain: request.domain, why }, 'a voice request was refused');
        return finish(startedAt, REJECTED, 401);
      }
      const token = http.query[STATE_PARAMETER];
      const isNameless = token === undefined && request.event.callToken === '';
      const record = await answerCall(tenant, isNameless ? named(request, random()) : request, token, http);
      const isKept = keep(record);
      if (isKept instanceof Promise) await isKept;
      return finish(startedAt, record.cxml, 200, record.failure !== null);
    } catch (error) {
      log?.error({ error: messageOf(error) }, 'a voice request could not be answered; the caller heard an apology');
      return finish(startedAt, APOLOGY, 200, true);
    }
  };

  function finish(startedAt: number, cxml: string, status: 200 | 401 | 413, isFailed = false): VoiceHttpAnswer {
    metrics?.answered?.(performance.now() - startedAt, status !== 200 ? 'refused' : isFailed ? 'failed' : 'ok');
    return { status, cxml };
  }

  /** Decides and renders. Never throws: a failure becomes the record of an apology. */
  async function answerCall(
    tenant: Tenant,
    request: VoiceRequest,
    token: string | undefined,
    http: VoiceHttpRequest,
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
      const { blockLists } = tenant;
      const facts: Facts = {
        now,
        counters: {},
        random: toShare(random()),
        ...(blockLists === undefined ? {} : { blockLists }),
      };
      const inForce = planFor(tenant, state?.planVersion);
      const { plan, planVersion } = inForce instanceof Promise ? await inForce : inForce;
      const decision = decide(plan, event, state, facts);
      const { answer, known } =
        decision.kind === 'answer'
          ? { answer: decision, known: facts }
          : await withCounters({ ...owner, at: now }, decision, (found) => decide(plan, event, state, found), facts);
      const base = typeof publicUrl === 'string' ? publicUrl : publicUrl(http);
      const { domain } = tenant;
      const urls = documentUrls({
        publicUrl: base,
        continuations,
        callbacks,
        ...owner,
        domain,
        nowMs: now.getTime(),
        planVersion,
      });
      const cxml = render(answer.steps, urls);
      for (const effect of answer.effects) tellOperator(tenant, effect);
      return voiceRecord(tenant, request, now, { document, answer, cxml, plan, planVersion, facts: known });
    } catch (error) {
      const failure = messageOf(error);
      log?.error(
        { organization: tenant.slug, error: failure },
        'a call could not be routed; the caller heard an apology',
      );
      return voiceRecord(tenant, request, now, { document, failure, cxml: APOLOGY });
    }
  }

  /** What somebody should look at soon, and not only find in the call's trace. */
  function tellOperator({ slug }: Tenant, effect: Effect): void {
    if (effect.kind === 'outbound_limited') {
      const facts = { organization: slug, scope: effect.scope === '' ? 'organization' : `extension ${effect.scope}` };
      log?.warn(facts, 'a call to the outside was refused, a limit is used up: busy people, or fraud');
    } else if (effect.kind === 'emergency') {
      log?.warn({ organization: slug, extension: effect.from }, 'somebody calls for help');
    }
  }

  /** The plan a call goes by: the one that began it, also when another was published since. */
  function planFor(tenant: Tenant, version: number | undefined): PlanInForce | Promise<PlanInForce> {
    if (version === undefined || version === tenant.planVersion) return tenant;
    const inForce = (plan: PlanInForce['plan'] | undefined): PlanInForce => {
      if (plan !== undefined) return { plan, planVersion: version };
      const facts = { organization: tenant.slug, version, newest: tenant.planVersion };
      log?.warn(facts, 'the plan that began a call cannot be had; the call goes on with the newest');
      return tenant;
    };
    const found = plans.planOf?.(tenant.organizationId, version);
    return found instanceof Promise ? within(found, OLDER_PLAN_BUDGET_MS).then(inForce) : inForce(found);
  }

  /** Most decisions need no counter; those that do take a tick and decide again. */
  async function withCounters(
    asker: Asker,
    first: Ask,
    again: (facts: Facts) => Decision,
    facts: Facts,
  ): Promise<{ readonly answer: Answer; readonly known: Facts }> {
    const answers: Record<string, number> = {};
    const findings: Record<string, Finding> = {};
    const notes: string[] = [];
    let ask = first;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      for (const question of ask.counters) answers[question.key] = await answerTo(asker, question, notes);
      if (ask.inquiry !== undefined) findings[ask.inquiry.key] = await findingOf(asker, ask.inquiry);
      const known = { ...facts, counters: { ...answers }, findings: { ...findings } };
      const decision = again(known);
      if (decision.kind === 'answer') {
        const trace = notes.length === 0 ? decision.trace : [...decision.trace, ...notes];
        return { answer: { ...decision, trace }, known };
      }
      ask = decision;
    }
    throw new Error(`the plan asks for more than ${MOST_ROUNDS} rounds of shared state in one step`);
  }

  async function findingOf(asker: Asker, inquiry: Inquiry): Promise<Finding> {
    const budgetMs = inquiry.kind === 'custom_logic' ? inquiry.timeoutMs + INQUIRY_GRACE_MS : CHANGE_BUDGET_MS;
    const found = await within(
      options.inquiries?.find(asker, inquiry) ?? Promise.reject(new Error('no port')),
      budgetMs,
    );
    return found ?? { kind: 'failed', reason: 'no answer in time' };
  }

  async function answerTo(asker: Asker, question: Question, notes: string[]): Promise<number> {
    const nowMs = asker.at.getTime();
    if (nowMs >= askAgainAtMs) {
      const answer = await within(counters.answer(asker, question), COUNTER_BUDGET_MS);
      if (answer !== undefined) return answer;
      askAgainAtMs = nowMs + COUNTER_REST_MS;
    }
    metrics?.counterFellBack?.();
    notes.push(`the shared counters did not answer: this process alone decided on ${question.kind} ${question.key}`);
    return local.answer(asker.organizationId, question, nowMs);
  }

  /** Hands the record to the journal. A full or failing journal costs the record, never the call. */
  function keep(record: VoiceRecord): void | Promise<void> {
    try {
      const taken = options.events.append(record);
      if (!(taken instanceof Promise)) return taken ? undefined : dropped('full');
      return taken.then(
        (isTaken) => (isTaken ? undefined : dropped('full or late')),
        (error: unknown) => dropped(messageOf(error)),
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

/** All calls that nobody named would be one call, with one place at an assistant: each gets a name at its beginning. */
function named(request: VoiceRequest, random: number): VoiceRequest {
  return { ...request, event: { ...request.event, callToken: nameFor(random) } };
}

/** A share needs no more than six digits, and every call keeps it for its replay. */
function toShare(random: number): number {
  return Math.floor(random * 1e6) / 1e6;
}

type PlanInForce = Pick<Tenant, 'plan' | 'planVersion'>;

interface Outcome extends Partial<PlanInForce> {
  readonly document: number;
  readonly cxml: string;
  readonly answer?: Answer;
  readonly facts?: Facts;
  readonly failure?: string;
}

function voiceRecord(
  tenant: Tenant,
  { event, stageId }: VoiceRequest,
  now: Date,
  { document, cxml, answer, failure, plan = tenant.plan, planVersion = tenant.planVersion, facts }: Outcome,
): VoiceRecord {
  const blocked = answer?.effects.find((effect) => effect.kind === 'blocked');
  const assistant = answer?.effects.find((effect) => effect.kind === 'assistant');
  const voicemail = answer?.effects.find((effect) => effect.kind === 'voicemail');
  const mailbox = answer?.effects.find((effect) => effect.kind === 'mailbox');
  const result = answer?.effects.find((effect) => effect.kind === 'assistant-result');
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
      ...(event.recording === undefined ? {} : { recording: event.recording }),
    },
    trace: answer?.trace ?? [],
    path: answer?.path ?? [],
    rings: answer === undefined ? [] : ringsOf(answer, plan),
    ...(facts === undefined ? {} : { facts: decisive(facts, event.overTrunk) }),
    cxml,
    planVersion,
    ended: answer?.ended ?? true,
    blocked: blocked === undefined ? null : withoutKind(blocked),
    assistant: assistant?.name ?? null,
    assistantResult: result === undefined ? null : withoutKind(result),
    ...(voicemail === undefined ? {} : { voicemail: { subject: voicemail.subject, recording: voicemail.recording } }),
    ...(mailbox === undefined ? {} : { mailbox: { action: mailbox.action, message: mailbox.message } }),
    failure: failure ?? null,
  };
}

/** The extensions a document rings. */
function ringsOf(answer: Answer, plan: Tenant['plan']): string[] {
  const rings: string[] = [];
  for (const step of answer.steps) {
    if (step.kind !== 'dial') continue;
    for (const target of step.targets) {
      if (target.kind === 'number' && plan.extensions.has(target.number)) rings.push(target.number);
    }
  }
  return rings;
}

/** Not the block lists, which are as long as they like: what they said is in `blocked`. */
function decisive({ random, counters, findings }: Facts, overTrunk: boolean): NonNullable<VoiceRecord['facts']> {
  return { random, counters, ...(findings === undefined ? {} : { findings }), overTrunk };
}

function withoutKind<Fields extends { readonly kind: string }>({ kind: _, ...rest }: Fields): Omit<Fields, 'kind'> {
  return rest;
}
