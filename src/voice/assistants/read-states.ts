import { asc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import { aiAssistantStates, aiAssistants } from '../../db/schema/index.ts';

/** What an assistant is doing now, as all processes see it. */
export const assistantStateSchema = z.object({
  assistant: z.string(),
  status: z.string(),
  /** Calls now. Those of an assistant without a limit are counted behind a load balancer only. */
  activeCalls: z.int(),
  /** Null: as many as come. */
  maxConcurrentCalls: z.int().nullable(),
  /** Failures in a row behind load balancers. */
  failures: z.int(),
  /** Until when it gets no calls; null when it does not rest. */
  restingUntil: z.iso.datetime().nullable(),
});

/** Every assistant of the organization with what it is doing, by name. */
export async function listAssistantStates(context: Context): Promise<readonly z.output<typeof assistantStateSchema>[]> {
  context.require('voice.ai_assistant.read');
  const rows = await context.db
    .select({
      assistant: aiAssistants.name,
      status: aiAssistants.status,
      maxConcurrentCalls: aiAssistants.maxConcurrentCalls,
      activeCalls: sql<number>`coalesce(${aiAssistantStates.active}, 0)`,
      failures: sql<number>`coalesce(${aiAssistantStates.failures}, 0)`,
      restUntil: aiAssistantStates.restUntil,
    })
    .from(aiAssistants)
    .leftJoin(
      aiAssistantStates,
      sql`${aiAssistantStates.organizationId} = ${aiAssistants.organizationId}
        and ${aiAssistantStates.assistant} = ${aiAssistants.name}`,
    )
    .where(eq(aiAssistants.organizationId, context.organizationId))
    .orderBy(asc(aiAssistants.name));
  const now = context.clock.now();
  return rows.map(({ restUntil, ...rest }) => ({
    ...rest,
    restingUntil: restUntil !== null && restUntil > now ? restUntil.toISOString() : null,
  }));
}
