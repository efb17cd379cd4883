import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { findRow } from '../../db/resource/read.ts';
import { movedTo, type Origin, parseTarget, type Target, targetKey } from '../../routing/index.ts';
import { continuationUrl } from '../../webhooks/index.ts';
import { voiceObjects } from '../objects.ts';
import type { CloudonixDeps } from './deps.ts';
import { callEnded, findLiveCall, type LiveCall } from './live-call.ts';
import { openCloudonix } from './open.ts';

export const transferSchema = z.strictObject({
  target: z
    .string('say where the call shall go: target, e.g. "extension:101"')
    .trim()
    .superRefine((text, context) => {
      const target = parseTarget(text);
      if (typeof target === 'string') context.addIssue({ code: 'custom', message: target });
    }),
});

/**
 * Moves a call that is on to any place of the plan. Whoever it is connected to is dropped first (reference/cloudonix.md
 * 5.4); then Cloudonix asks us at a signed address, and the plan's rules go on from there: a forward still needs the
 * outbound whitelist, a conference its PIN.
 */
export async function transferCall(
  context: Context,
  deps: CloudonixDeps,
  idOrToken: string,
  input: z.output<typeof transferSchema>,
): Promise<{ id: string; target: string }> {
  context.require('voice.call.transfer');
  const target = parseTarget(input.target);
  if (typeof target === 'string') throw new AppError({ code: 'target.invalid', kind: 'invalid', detail: target });
  await requireOpen(context, target);
  const call = await findLiveCall(context, idOrToken);
  const { client } = await openCloudonix(context, deps);
  const url = continuationUrl({
    key: deps.continuationKey,
    publicUrl: deps.publicUrl(),
    owner: { organizationId: context.organizationId, callToken: call.token },
    state: movedTo(
      target,
      {
        origin: originOf(call),
        ...(call.did === undefined ? {} : { did: call.did }),
        documents: call.documents,
      },
      context.actor.name,
    ),
    nowMs: context.clock.now().getTime(),
  });
  if (!(await client.switchApplication(call.token, url))) throw callEnded(idOrToken);
  await context.audit({
    action: 'voice.call.transfer',
    entityType: 'call',
    entityId: call.id,
    after: { from: call.from, to: call.to, target: targetKey(target) },
  });
  return { id: call.id, target: targetKey(target) };
}

/** A call that is moved to nothing would end with an apology; whoever moves it can still choose another place. */
async function requireOpen(context: Context, target: Target): Promise<void> {
  const resource = voiceObjects.find((object) => object.target === target.type);
  if (resource === undefined) return;
  const row = await findRow(context, resource, target.key);
  if (!('status' in row) || row.status !== 'inactive') return;
  throw new AppError({
    code: 'target.inactive',
    kind: 'conflict',
    detail: `The ${resource.noun} ${target.key} is inactive and would turn the caller away. Activate it, or choose another target.`,
  });
}

/** What the first request of the call settled; only that knows whether a subscriber is one of ours. */
function originOf({ direction }: LiveCall): Origin {
  switch (direction) {
    case 'subscriber':
      return 'subscriber';
    case 'outbound-api':
      return 'api';
    default:
      return 'outside';
  }
}
