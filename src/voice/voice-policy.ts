import { AppError } from '../core/errors.ts';
import type { Context } from '../db/context.ts';
import { voicePolicies } from '../db/schema/index.ts';
import { type VoicePolicy, voicePolicySchema } from '../routing/index.ts';
import { readVoicePolicy } from './plan/policy.ts';
import { publishPlan } from './plan/publish.ts';

/** How the organization's calls are treated, for somebody who asks over the API. */
export function getVoicePolicy(context: Context): Promise<VoicePolicy> {
  context.require('voice.policy.read');
  return readVoicePolicy(context);
}

/** Replaces the policy; what `input` does not name goes back to its default. Calls follow at once. Throws `validation.failed`. */
export async function putVoicePolicy(context: Context, input: unknown): Promise<VoicePolicy> {
  context.require('voice.policy.write');
  const parsed = voicePolicySchema.safeParse(input);
  if (!parsed.success) throw invalid(parsed.error.issues);
  const policy = parsed.data;
  await context.transaction(async (inner) => {
    const before = await readVoicePolicy(inner);
    const updatedAt = inner.clock.now();
    await inner.db
      .insert(voicePolicies)
      .values({ organizationId: inner.organizationId, policy, updatedAt })
      .onConflictDoUpdate({ target: voicePolicies.organizationId, set: { policy, updatedAt } });
    await inner.audit({
      action: 'voice.policy.change',
      entityType: 'voice policy',
      entityId: inner.organizationId,
      before,
      after: policy,
    });
    inner.beforeCommit('voice.plan', publishPlan);
  });
  return policy;
}

/** Only what differs from the defaults: what somebody decided. */
export function decidedPolicy(policy: VoicePolicy): Partial<VoicePolicy> {
  const defaults = voicePolicySchema.parse({}) as Record<string, unknown>;
  const decided = Object.entries(policy).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(defaults[field]),
  );
  return Object.fromEntries(decided);
}

function invalid(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): AppError {
  const problems = issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  const detail =
    problems.length === 1 ? `${problems[0]?.path}: ${problems[0]?.message}` : `${problems.length} fields are wrong.`;
  return new AppError({ code: 'validation.failed', kind: 'invalid', detail, problems });
}

export { voicePolicySchema };
