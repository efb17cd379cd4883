import { Context } from '../../db/context.ts';
import { type Form, keyOf, type Resource, readForms } from '../../db/resource.ts';
import { organizationOf } from '../../identity/index.ts';
import type { PlanDocument } from '../../routing/index.ts';
import { newestVersion, planOfVersion, readCloudonixSettings, voiceResources } from '../../voice/index.ts';
import { applyOrganizationFile } from '../apply.ts';
import { fileResources, type OrganizationFile } from '../organization-file.ts';
import type { PlanContext, Published } from './publish-draft.ts';

/**
 * Makes the voice objects what they were in a version, as a new version: history is only added to. A secret that an object
 * has now stays (passwords and PINs that were changed since must go on working); one that the object lost or an object
 * that comes back gets its secret of then. Everything that is no part of plans stays as it is.
 */
export async function rollBack(
  options: PlanContext,
  version: number,
  { note, dryRun = false }: { readonly note?: string | undefined; readonly dryRun?: boolean },
): Promise<Published> {
  return options.db.transaction(async (transaction) => {
    const db = transaction as unknown as PlanContext['db'];
    const context = new Context({ ...options, db });
    const document = await planOfVersion(context, version, { withSecrets: true });
    const file = await fileOf(context, document);
    const about = { origin: 'rollback', restoredVersion: version, note } as const;
    const result = await applyOrganizationFile({ ...options, db }, file, { dryRun, about });
    return { ...result, version: (await newestVersion(context)) ?? null };
  });
}

/** The organization's file as it would have to be for its plan to be `document`. */
async function fileOf(context: Context, document: PlanDocument): Promise<OrganizationFile> {
  const { id: _, ...organization } = await organizationOf(context);
  const cloudonix = await readCloudonixSettings(context);
  const sections: Record<string, readonly Form[]> = {};
  for (const resource of fileResources) {
    const now = await readForms(context, resource);
    sections[resource.section] = voiceResources.includes(resource) ? formsOfThen(document, resource, now) : now;
  }
  return {
    organization: { ...organization, timezone: document.organization.timezone },
    ...(cloudonix === undefined ? {} : { cloudonix: { ...cloudonix, ...document.settings } }),
    voice: document.voice,
    sections,
  };
}

function formsOfThen(document: PlanDocument, resource: Resource, now: readonly Form[]): Form[] {
  const then = ((document as Readonly<Record<string, unknown>>)[resource.section] ?? []) as readonly Form[];
  const byKey = new Map(now.map((form) => [keyOf(resource, form), form]));
  const forms = then.map((form) => {
    const current = byKey.get(keyOf(resource, form));
    const kept = (resource.secrets ?? []).filter((field) => current?.[field] !== undefined);
    return { ...form, ...Object.fromEntries(kept.map((field) => [field, current?.[field]])) };
  });
  if (resource.section !== 'blockLists') return forms;
  // The numbers of a list are in no version: one that came since is put out of force, for nothing could bring it back.
  const known = new Set(then.map((form) => keyOf(resource, form)));
  const newer = now.filter((form) => !known.has(keyOf(resource, form)));
  return [...forms, ...newer.map((form) => ({ ...form, status: 'inactive' }))];
}
