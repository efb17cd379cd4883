import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import type { PlanDocument } from '../../routing/index.ts';
import { getDraft, newestVersion, planOfVersion } from '../../voice/index.ts';
import { planDocumentOf, readOrganizationForm } from '../organization-file.ts';

/** Where a plan comes from: the one in force, the draft, a version, or the text of a file. */
export type PlanSource =
  | { readonly kind: 'current' }
  | { readonly kind: 'draft' }
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'file'; readonly text: string };

/** Reads `current`, `draft` or the number of a version. */
export function parsePlanSource(text: string): PlanSource | undefined {
  if (text === 'current' || text === 'draft') return { kind: text };
  return /^[1-9][0-9]{0,8}$/.test(text) ? { kind: 'version', version: Number(text) } : undefined;
}

/** The plan of a source, with its secrets. Throws what a source that is not there, or cannot be read, throws. */
export async function planOf(context: Context, source: PlanSource): Promise<PlanDocument> {
  switch (source.kind) {
    case 'current': {
      const version = await newestVersion(context);
      if (version === undefined) throw nothingPublished();
      return planOfVersion(context, version, { withSecrets: true });
    }
    case 'version':
      return planOfVersion(context, source.version, { withSecrets: true });
    case 'draft':
      return planOfFile((await getDraft(context)).file);
    case 'file':
      return planOfFile(source.text);
  }
}

function planOfFile(text: string): PlanDocument {
  const read = readOrganizationForm(text);
  if (read.ok) return planDocumentOf(read.value);
  throw new AppError({
    code: 'configuration.invalid',
    kind: 'invalid',
    detail: `The file has ${read.problems.length === 1 ? 'one problem' : `${read.problems.length} problems`}.`,
    problems: read.problems,
  });
}

function nothingPublished(): AppError {
  return new AppError({
    code: 'plan_version.missing',
    kind: 'missing',
    detail: 'No plan was published yet. Apply a configuration, or create an extension.',
  });
}
