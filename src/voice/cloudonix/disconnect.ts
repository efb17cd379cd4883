import type { Context } from '../../db/context.ts';
import type { CloudonixDeps } from './deps.ts';
import { findLiveCall } from './live-call.ts';
import { openCloudonix } from './open.ts';

/**
 * Ends a call that is on. Also done when Cloudonix says that it has ended already. The call log closes with the CDR that
 * follows, not here.
 */
export async function disconnectCall(
  context: Context,
  deps: CloudonixDeps,
  idOrToken: string,
): Promise<{ id: string }> {
  context.require('voice.call.disconnect');
  const call = await findLiveCall(context, idOrToken);
  const { client } = await openCloudonix(context, deps);
  const wasLive = await client.hangUp(call.token);
  await context.audit({
    action: 'voice.call.disconnect',
    entityType: 'call',
    entityId: call.id,
    after: { from: call.from, to: call.to, wasLive },
  });
  return { id: call.id };
}
