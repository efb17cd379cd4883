import { AppError } from '../../core/errors.ts';
import { Context } from '../../db/context.ts';
import { deleteDraft, getDraft, newestVersion } from '../../voice/index.ts';
import { type ApplyContext, type ApplyResult, applyOrganizationFile } from '../apply.ts';
import { readOrganizationFile } from '../organization-file.ts';

/** What publishing needs: whose plan, and everything applying needs. */
export type PlanContext = ApplyContext & { readonly organizationId: string };

export interface Published extends ApplyResult {
  /** The version that answers new calls now. */
  readonly version: number | null;
}

/**
 * Makes the organization what its draft says, as one version of the plan, and throws the draft away; all of it or nothing.
 * Throws `configuration.invalid` with every problem, and `plan_draft.outdated` when somebody published since it was begun,
 * unless `force` says to overwrite that.
 */
export async function publishDraft(
  options: PlanContext,
  { note, force = false }: { readonly note?: string | undefined; readonly force?: boolean },
): Promise<Published> {
  return options.db.transaction(async (transaction) => {
    const db = transaction as unknown as PlanContext['db'];
    const context = new Context({ ...options, db });
    const draft = await getDraft(context);
    const newest = (await newestVersion(context)) ?? null;
    if (draft.baseVersion !== newest && !force) throw outdated(draft.baseVersion, newest);
    const read = readOrganizationFile(draft.file);
    if (!read.ok) {
      throw new AppError({
        code: 'configuration.invalid',
        kind: 'invalid',
        detail: `The draft has ${read.problems.length === 1 ? 'one problem' : `${read.problems.length} problems`}; nothing was published.`,
        problems: read.problems,
      });
    }
    const result = await applyOrganizationFile({ ...options, db }, read.value, { about: { origin: 'draft', note } });
    if (result.organizationId !== options.organizationId) throw notOurs(read.value.organization.slug);
    await deleteDraft(context);
    return { ...result, version: (await newestVersion(context)) ?? null };
  });
}

function outdated(base: number | null, newest: number | null): AppError {
  return new AppError({
    code: 'plan_draft.outdated',
    kind: 'conflict',
    detail: `The draft was begun from version ${base ?? 'none'}, and version ${newest ?? 'none'} was published since. Look at the difference between the two, then publish with force, or begin anew.`,
  });
}

/** Thrown inside the transaction: nothing of it stays. */
function notOurs(slug: string): AppError {
  return new AppError({
    code: 'configuration.other_organization',
    kind: 'forbidden',
    detail: `The draft says it is the organization ${slug}, which is another one. Correct organization.slug.`,
  });
}
