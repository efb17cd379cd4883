import { and, desc, eq, max } from 'drizzle-orm';
import { z } from 'zod';
import { encodeCursor } from '../../core/cursor.ts';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page } from '../../db/resource.ts';
import { planVersions } from '../../db/schema/index.ts';
import type { PlanDocument } from '../../routing/index.ts';
import { loadVersion } from './load.ts';
import { takeSecrets } from './secret-fields.ts';

/** A published plan as lists show it. */
export const planVersionSchema = z.object({
  version: z.int(),
  /** Who published it. */
  actorName: z.string(),
  createdAt: z.iso.datetime(),
  /** A change of single objects or a file that was applied, a draft, or a rollback; null of the first release. */
  origin: z.enum(['change', 'draft', 'rollback']).nullable(),
  restoredVersion: z.int().nullable(),
  note: z.string().nullable(),
  /** Whether new calls are answered by it. */
  isCurrent: z.boolean(),
});

export const planVersionDetailSchema = planVersionSchema.extend({
  /** The whole plan, without its secrets. */
  document: z.record(z.string(), z.unknown()),
});

type PlanVersionDto = z.output<typeof planVersionSchema>;

/** A page of the organization's versions, newest first. Few columns: the documents stay where they are. */
export async function listPlanVersionsOf(context: Context, query: ListQuery): Promise<Page<PlanVersionDto>> {
  context.require('voice.plan.read');
  const current = await newestVersion(context);
  const limit = query.limit ?? 100;
  const rows = await context.db
    .select(COLUMNS)
    .from(planVersions)
    .where(
      and(
        eq(planVersions.organizationId, context.organizationId),
        afterCursor(query.cursor, planVersions.createdAt, planVersions.id, true),
      ),
    )
    .orderBy(desc(planVersions.createdAt), desc(planVersions.id))
    .limit(limit + 1);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items: page.map((row) => toDto(row, current)),
    nextCursor: more ? encodeCursor({ value: last.createdAt.toISOString(), id: last.id }) : null,
  };
}

/** One version with its document. Throws `plan_version.missing`. */
export async function getPlanVersion(
  context: Context,
  version: number,
): Promise<z.output<typeof planVersionDetailSchema>> {
  context.require('voice.plan.read');
  const [row] = await context.db
    .select({ ...COLUMNS, document: planVersions.document })
    .from(planVersions)
    .where(and(eq(planVersions.organizationId, context.organizationId), eq(planVersions.version, version)));
  if (row === undefined) throw missingVersion(version);
  return {
    ...toDto(row, await newestVersion(context)),
    document: row.document as Readonly<Record<string, unknown>>,
  };
}

/** The number of the version that answers new calls; undefined before the first. */
export async function newestVersion(context: Context): Promise<number | undefined> {
  const [row] = await context.db
    .select({ version: max(planVersions.version) })
    .from(planVersions)
    .where(eq(planVersions.organizationId, context.organizationId));
  return row?.version ?? undefined;
}

/** A version's plan, with its secrets or without. Throws `plan_version.missing`. */
export async function planOfVersion(
  context: Context,
  version: number,
  options: { readonly withSecrets: boolean },
): Promise<PlanDocument> {
  context.require('voice.plan.read');
  const document = await loadVersion(context.db, context.secrets, context.organizationId, version);
  if (document === undefined) throw missingVersion(version);
  return options.withSecrets ? document : takeSecrets(document).open;
}

const COLUMNS = {
  id: planVersions.id,
  version: planVersions.version,
  actorName: planVersions.actorName,
  createdAt: planVersions.createdAt,
  origin: planVersions.origin,
  restoredVersion: planVersions.restoredVersion,
  note: planVersions.note,
};

type Row = Pick<typeof planVersions.$inferSelect, keyof typeof COLUMNS>;

function toDto({ id: _, createdAt, ...row }: Row, current: number | undefined): PlanVersionDto {
  const { version, actorName, origin, restoredVersion, note } = row;
  return {
    version,
    actorName,
    createdAt: createdAt.toISOString(),
    origin,
    restoredVersion,
    note,
    isCurrent: version === current,
  };
}

function missingVersion(version: number): AppError {
  return new AppError({
    code: 'plan_version.missing',
    kind: 'missing',
    detail: `There is no version ${version} of this plan. List them with plan list.`,
  });
}
