import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { notify } from '../../db/notify.ts';
import { modemTraces } from '../../db/schema/index.ts';
import { findModem, isUuid } from '../modems/find-modem.ts';

export const traceRequestSchema = z.strictObject({
  seconds: z.int('use whole seconds').min(1, 'use 1 to 600').max(600, 'use 1 to 600').default(30),
});

export const traceSchema = z.object({
  id: z.uuid(),
  status: z.enum(['queued', 'running', 'done']),
  seconds: z.int(),
  transcript: z.string().meta({ description: 'What was said on the line, PINs left out; a test can replay it.' }),
});

type Trace = z.output<typeof traceSchema>;

/**
 * Asks the process that runs a modem to record the line. The recording shows texts and numbers, so it needs
 * `sms.modem.write` and `sms.message.read`.
 */
export async function requestTrace(
  context: Context,
  modem: string,
  { seconds }: z.output<typeof traceRequestSchema>,
): Promise<Trace> {
  context.require('sms.modem.write');
  context.require('sms.message.read');
  return context.transaction(async (inner) => {
    const { id: modemId, name } = await findModem(inner, modem);
    const { organizationId } = inner;
    const [row] = await inner.db
      .insert(modemTraces)
      .values({ organizationId, modemId, seconds, status: 'queued', createdAt: inner.clock.now() })
      .returning();
    if (row === undefined) throw new Error('the insert gave no row back');
    await inner.audit({ action: 'modem.trace', entityType: 'modem', entityId: modemId, after: { name, seconds } });
    await notify(inner.db, { topic: 'modem-work', organizationId, id: modemId });
    return viewOf(row);
  });
}

/** A recording, complete when its status is `done`. Throws `trace.missing`. */
export async function getTrace(context: Context, id: string): Promise<Trace> {
  context.require('sms.modem.write');
  context.require('sms.message.read');
  const [row] = isUuid(id)
    ? await context.db
        .select()
        .from(modemTraces)
        .where(and(eq(modemTraces.organizationId, context.organizationId), eq(modemTraces.id, id)))
    : [];
  if (row !== undefined) return viewOf(row);
  throw new AppError({ code: 'trace.missing', kind: 'missing', detail: 'There is no such recording.' });
}

const viewOf = ({ id, status, seconds, transcript }: typeof modemTraces.$inferSelect): Trace => ({
  id,
  status,
  seconds,
  transcript,
});
