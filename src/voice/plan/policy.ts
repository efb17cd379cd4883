import { eq } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { voicePolicies } from '../../db/schema/index.ts';
import { type VoicePolicy, voicePolicySchema } from '../../routing/index.ts';

/** How the organization's calls are treated; the defaults when nobody said anything. */
export async function readVoicePolicy(context: Context): Promise<VoicePolicy> {
  const [row] = await context.db
    .select({ policy: voicePolicies.policy })
    .from(voicePolicies)
    .where(eq(voicePolicies.organizationId, context.organizationId));
  return voicePolicySchema.parse(row?.policy ?? {});
}
