import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { extensions } from '../../db/schema/index.ts';
import { coachDocument } from '../../webhooks/index.ts';
import type { CloudonixDeps } from './deps.ts';
import { findLiveCall } from './live-call.ts';
import { openCloudonix } from './open.ts';

export const coachSchema = z.strictObject({
  mode: z
    .enum(['listen', 'whisper', 'barge'], 'use listen, whisper or barge')
    .meta({ description: 'listen: only hear; whisper: speak to one side; barge: speak to both.' }),
  extension: z
    .string('whose phone shall ring: extension, e.g. "101"')
    .regex(/^[0-9]{2,10}$/, 'use an extension number'),
  whisperTo: z
    .enum(['caller', 'callee', 'both'], 'use caller, callee or both')
    .default('callee')
    .meta({ description: 'With whisper: who hears the supervisor.' }),
});

/** Seconds a supervisor's phone rings. */
const RING_SECONDS = 30;

/**
 * Rings a supervisor's phone and, once it is answered, lets them into a call that is on. A key ends it. The call to the
 * supervisor is a call of its own in the log.
 */
export async function coachCall(
  context: Context,
  deps: CloudonixDeps,
  idOrToken: string,
  { mode, extension, whisperTo }: z.output<typeof coachSchema>,
): Promise<{ id: string; token: string }> {
  context.require('voice.call.coach');
  await requirePhone(context, extension);
  const call = await findLiveCall(context, idOrToken);
  const { client } = await openCloudonix(context, deps);
  const cxml = coachDocument({ mode, whisperTo, callToken: call.token });
  // The phone shows whose call it is about to hear.
  const token = await client.callAndRun(extension, call.from || extension, cxml, RING_SECONDS);
  await context.audit({
    action: `voice.call.${mode}`,
    entityType: 'call',
    entityId: call.id,
    after: { from: call.from, to: call.to, extension, ...(mode === 'whisper' ? { whisperTo } : {}) },
  });
  return { id: call.id, token };
}

async function requirePhone(context: Context, number: string): Promise<void> {
  const [row] = await context.db
    .select({ type: extensions.type, status: extensions.status })
    .from(extensions)
    .where(and(eq(extensions.organizationId, context.organizationId), eq(extensions.number, number)));
  if (row?.type === 'user' && row.status === 'active') return;
  throw new AppError({
    code: 'coach.no_phone',
    kind: 'conflict',
    detail: `Extension ${number} is not an active user extension, so there is no phone to ring. Choose another one.`,
  });
}
