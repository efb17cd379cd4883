import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { type Answer, compile, type PlanDocument, type ReplayedRequest, replay } from '../../routing/index.ts';
import { render, type VoiceRecord } from '../../webhooks/index.ts';
import { withoutSecrets } from '../rules/public-document.ts';
import { recordsOf } from './read-records.ts';

const playedSchema = z.object({
  /** The places the call went through to the document. */
  path: z.array(z.string()),
  trace: z.array(z.string()),
  cxml: z.string(),
});

/** A call that was, beside the same call by another plan. */
export const callReplaySchema = z.object({
  callId: z.uuid(),
  /** The version of the plan that the call went by. */
  planVersion: z.int().nullable(),
  /** Whether every document, and the way to it, is the same. */
  same: z.boolean(),
  /** `ended`: the call would be over there; `left`: it would wait for something that did not happen. */
  stopped: z.enum(['ended', 'left']),
  documents: z.array(
    z.object({
      document: z.int(),
      same: z.boolean(),
      before: playedSchema.nullable(),
      after: playedSchema.nullable(),
    }),
  ),
});

export type CallReplay = z.output<typeof callReplaySchema>;
type Played = z.output<typeof playedSchema>;

/**
 * Runs a call again, the same requests in the same order, against `document`, and compares. Changes nothing. Throws
 * `call.not_replayable` for a call that never asked us for a document.
 */
export async function replayCall(context: Context, idOrToken: string, document: PlanDocument): Promise<CallReplay> {
  const { callId, records } = await recordsOf(context, idOrToken);
  const asked = records
    .filter((record) => record.kind === 'voice')
    .sort((left, right) => left.document - right.document || (left.at < right.at ? -1 : 1));
  if (asked.length === 0) throw notReplayable(idOrToken);
  const { answers, stopped } = replay(compile(document), asked.map(requestOf));
  const documents = Array.from({ length: Math.max(asked.length, answers.length) }, (_, index) => {
    const before = asked[index] === undefined ? null : playedBefore(asked[index]);
    const after = answers[index] === undefined ? null : playedAfter(answers[index]);
    return { document: index + 1, same: isSame(before, after), before, after };
  });
  const planVersion = asked[0]?.planVersion ?? null;
  return { callId, planVersion, same: documents.every(({ same }) => same), stopped, documents };
}

function requestOf(record: VoiceRecord): ReplayedRequest {
  const { facts, input, callToken, from, to, direction, callerName, blocked } = record;
  return {
    event: {
      callToken,
      from,
      to,
      direction,
      // Before this was recorded a call over a trunk could be told by its direction only.
      overTrunk: facts?.overTrunk ?? direction === 'inbound',
      ...(callerName === null ? {} : { callerName }),
      ...(input.digits === null ? {} : { digits: input.digits }),
      ...(input.speech === null ? {} : { speech: input.speech }),
      ...(input.dialOutcome === null ? {} : { dialOutcome: input.dialOutcome }),
      ...(input.recording === undefined ? {} : { recording: input.recording }),
    },
    now: new Date(record.at),
    random: facts?.random ?? 0,
    counters: facts?.counters ?? {},
    ...(facts?.findings === undefined ? {} : { findings: facts.findings }),
    ...(typeof blocked?.list === 'string' ? { onList: blocked.list } : {}),
  };
}

function playedBefore({ path = [], trace, cxml }: VoiceRecord): Played {
  return { path: [...path], trace: [...trace], cxml: comparable(cxml) };
}

function playedAfter({ path, trace, steps }: Answer): Played {
  const base = 'https://replay.invalid';
  const cxml = render(steps, {
    continuation: () => `${base}/webhooks/cloudonix/voice?c=again`,
    callback: (kind) => `${base}/webhooks/cloudonix/${kind}/again`,
    sound: (url) => (url.startsWith('/') ? base + url : url),
  });
  return { path: [...path], trace: [...trace], cxml: comparable(cxml) };
}

/** A document without what differs from one time to the next, and from one address of ours to another. */
function comparable(cxml: string): string {
  return withoutSecrets(cxml).replace(/https?:\/\/[^/"<\s]+(?=\/(webhooks\/cloudonix|media)\/)/g, '');
}

function isSame(before: Played | null, after: Played | null): boolean {
  if (before === null || after === null) return false;
  // Calls of the first release have no path.
  const isSameWay = before.path.length === 0 || before.path.join('\n') === after.path.join('\n');
  return isSameWay && before.cxml === after.cxml;
}

function notReplayable(idOrToken: string): AppError {
  return new AppError({
    code: 'call.not_replayable',
    kind: 'invalid',
    detail: `The call ${idOrToken} never asked for a document, so there is nothing to play again.`,
  });
}
