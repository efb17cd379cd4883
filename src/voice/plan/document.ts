import { eq } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { readForms } from '../../db/resource.ts';
import { cloudonixSettings, organizations } from '../../db/schema/index.ts';
import { type PlanDocument, planDocumentSchema } from '../../routing/index.ts';
import { readOverrides } from '../hours/read-overrides.ts';
import { readMediaPaths } from '../media/paths.ts';
import { voiceObjects } from '../objects.ts';
import { readVoicePolicy } from './policy.ts';

/** The plan document of the context's organization as its tables say now, secrets included. */
export async function readDocument(context: Context): Promise<PlanDocument> {
  const [organization] = await context.db
    .select({ slug: organizations.slug, name: organizations.name, timezone: organizations.timezone })
    .from(organizations)
    .where(eq(organizations.id, context.organizationId));
  if (organization === undefined) {
    throw new AppError({
      code: 'organization.missing',
      kind: 'missing',
      detail: 'This organization no longer exists.',
    });
  }
  const [settings] = await context.db
    .select({ noAnswerTimeoutSeconds: cloudonixSettings.noAnswerTimeoutSeconds })
    .from(cloudonixSettings)
    .where(eq(cloudonixSettings.organizationId, context.organizationId));
  const sections: Record<string, unknown> = {};
  for (const resource of voiceObjects) sections[resource.section] = await readForms(context, resource);
  const [hoursOverrides, media] = [await readOverrides(context), await readMediaPaths(context)];
  const voice = await readVoicePolicy(context);
  return planDocumentSchema.parse({ organization, settings, voice, ...sections, hoursOverrides, media });
}
