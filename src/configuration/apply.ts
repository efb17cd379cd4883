import { AppError } from '../core/errors.ts';
import { uuidv7 } from '../core/ids.ts';
import { Context, type ContextOptions } from '../db/context.ts';
import { createResources, deleteResource, keyOf, putResource, type Resource, readForms } from '../db/resource.ts';
import { applyRoles, type Organization, organizationBySlug, putOrganization } from '../identity/index.ts';
import {
  type PlanOrigin,
  publishPlan,
  publishPlanAs,
  putCloudonixSettings,
  putVoicePolicy,
  readCloudonixSettings,
  readVoicePolicy,
} from '../voice/index.ts';
import { type Change, changesOf, differingFields } from './changes.ts';
import { fileResources, type OrganizationFile } from './organization-file.ts';

/** What applying needs besides the file; the organization comes from the file itself. */
export type ApplyContext = Omit<ContextOptions, 'organizationId'>;

export interface ApplyResult {
  readonly organizationId: string;
  readonly changes: readonly Change[];
}

export interface ApplyOptions {
  /** Do everything and take it back. */
  readonly dryRun?: boolean;
  /** What the version of the plan that comes of it is said to be; absent: a change like any other. */
  readonly about?: PlanOrigin;
  /** More to do in the same transaction. */
  readonly also?: (context: Context) => Promise<void>;
}

class DryRun extends Error {
  readonly result: ApplyResult;
  constructor(result: ApplyResult) {
    super('dry run');
    this.result = result;
  }
}

/**
 * Makes an organization what its file says, in one transaction, and returns what that took. A dry run does everything
 * and then takes it back, so what it promises is what the database would have accepted.
 */
export async function applyOrganizationFile(
  options: ApplyContext,
  file: OrganizationFile,
  { dryRun = false, ...more }: ApplyOptions = {},
): Promise<ApplyResult> {
  try {
    return await options.db.transaction(async (db) => {
      const result = await applyIn({ ...options, db: db as unknown as ApplyContext['db'] }, file, more);
      if (dryRun) throw new DryRun(result);
      return result;
    });
  } catch (error) {
    if (error instanceof DryRun) return error.result;
    throw error;
  }
}

async function applyIn(
  options: ApplyContext,
  file: OrganizationFile,
  { about, also }: Omit<ApplyOptions, 'dryRun'>,
): Promise<ApplyResult> {
  const existing = await organizationBySlug(options.db, file.organization.slug);
  const organizationId = existing?.id ?? uuidv7();
  const context = new Context({ ...options, organizationId });
  const changes: Change[] = [];
  await context.transaction(async (inner) => {
    changes.push(...(await applyOrganization(inner, existing, file)));
    if (file.roles !== undefined) {
      const roles = await applyRoles(inner, file.roles);
      changes.push(...roles.map(({ action, key }) => ({ action, section: 'roles', object: `role ${key}`, key })));
    }
    const plans = [];
    for (const resource of fileResources) {
      const desired = file.sections[resource.section] ?? [];
      plans.push({ resource, desired, changes: changesOf(resource, await readForms(inner, resource), desired) });
    }
    changes.push(...plans.flatMap((plan) => plan.changes));
    // What is referred to is made before what refers to it, and removed after it.
    for (const { resource, desired, changes: planned } of plans) {
      const formOf = new Map(desired.map((form) => [keyOf(resource, form), form]));
      const named = (action: Change['action']) => planned.filter((change) => change.action === action);
      const created = named('create').map((change) => formOf.get(change.key));
      if (created.length > 0) await createResources(inner, resource, created);
      for (const change of named('change')) await putResource(inner, resource, change.key, formOf.get(change.key));
    }
    for (const { resource, changes: planned } of [...plans].reverse()) {
      for (const change of planned) {
        if (change.action === 'delete') await deleteResource(inner, unguarded(resource), change.key);
      }
    }
    if (about !== undefined && changes.length > 0) {
      inner.beforeCommit('voice.plan', async (last) => {
        await publishPlanAs(last, about);
      });
    } else if (changes.some(({ section, action }) => section === 'organization' && action === 'change')) {
      // The plan tells the time in the organization's zone.
      inner.beforeCommit('voice.plan', publishPlan);
    }
    await also?.(inner);
  });
  return { organizationId, changes };
}

/** Whether something still points at a deleted object is judged once, on the whole new plan, not object by object. */
function unguarded(resource: Resource): Resource {
  const { usedBy: _, ...rest } = resource;
  return rest;
}

async function applyOrganization(
  context: Context,
  existing: Organization | undefined,
  file: OrganizationFile,
): Promise<Change[]> {
  const changes: Change[] = [];
  const { slug } = file.organization;
  const differing = existing === undefined ? [] : differingFields(withoutId(existing), file.organization);
  if (existing === undefined || differing.length > 0) {
    await putOrganization(context, file.organization);
    changes.push({
      action: existing === undefined ? 'create' : 'change',
      section: 'organization',
      object: `organization ${slug}`,
      key: slug,
      ...(existing === undefined ? {} : { fields: differing }),
    });
  }
  changes.push(...(await applyVoicePolicy(context, file)));
  const settings = await readCloudonixSettings(context);
  if (file.cloudonix === undefined) {
    if (settings !== undefined) throw domainLeftOut(slug);
    return changes;
  }
  const fields = settings === undefined ? undefined : differingFields(settings, file.cloudonix);
  if (fields === undefined || fields.length > 0) {
    await putCloudonixSettings(context, file.cloudonix);
    changes.push({
      action: fields === undefined ? 'create' : 'change',
      section: 'cloudonix',
      object: `Cloudonix domain ${file.cloudonix.domain}`,
      key: file.cloudonix.domain,
      ...(fields === undefined ? {} : { fields }),
    });
  }
  return changes;
}

async function applyVoicePolicy(context: Context, file: OrganizationFile): Promise<Change[]> {
  const fields = differingFields(await readVoicePolicy(context), file.voice);
  if (fields.length === 0) return [];
  await putVoicePolicy(context, file.voice);
  return [{ action: 'change', section: 'voice', object: 'voice policy', key: 'voice', fields }];
}

function withoutId({ id: _, ...rest }: Organization): Omit<Organization, 'id'> {
  return rest;
}

/** Leaving the section out would cut the organization off from its calls; nobody means that by omission. */
function domainLeftOut(slug: string): AppError {
  return new AppError({
    code: 'configuration.cloudonix_missing',
    kind: 'invalid',
    detail: `The file leaves out "cloudonix", but ${slug} answers calls of a domain. Keep the section; export shows it.`,
    problems: [{ path: 'cloudonix', message: 'the section is missing' }],
  });
}
