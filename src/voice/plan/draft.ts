import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { planDrafts } from '../../db/schema/index.ts';
import { newestVersion } from './versions.ts';

/** The configuration somebody is preparing. */
export const planDraftSchema = z.object({
  /** The organization's file, YAML or JSON, as it was stored; with its secrets. */
  file: z.string(),
  /** The version that answered calls when the draft was begun. */
  baseVersion: z.int().nullable(),
  /** Who stored it last. */
  actorName: z.string(),
  updatedAt: z.iso.datetime(),
});

export type PlanDraft = z.output<typeof planDraftSchema>;

/** The organization's draft; undefined when there is none. */
export async function findDraft(context: Context): Promise<PlanDraft | undefined> {
  context.require('voice.plan.write');
  const [row] = await context.db.select().from(planDrafts).where(eq(planDrafts.organizationId, context.organizationId));
  if (row === undefined) return undefined;
  const { keyId, sealedFile, baseVersion, actorName, updatedAt } = row;
  const file = context.secrets.open({ keyId, ciphertext: sealedFile }, draftBinding(context.organizationId));
  return { file, baseVersion, actorName, updatedAt: updatedAt.toISOString() };
}

/** The organization's draft. Throws `plan_draft.missing`. */
export async function getDraft(context: Context): Promise<PlanDraft> {
  const draft = await findDraft(context);
  if (draft !== undefined) return draft;
  throw new AppError({
    code: 'plan_draft.missing',
    kind: 'missing',
    detail: 'There is no draft. Store one first: export the configuration, change it, and store it as the draft.',
  });
}

/**
 * Stores the draft, in whatever state: it may be unfinished, and is judged when it is validated or published. One that is
 * stored again keeps the version it began from.
 */
export async function putDraft(context: Context, file: string): Promise<PlanDraft> {
  context.require('voice.plan.write');
  return context.transaction(async (inner) => {
    const former = await findDraft(inner);
    const baseVersion = former === undefined ? ((await newestVersion(inner)) ?? null) : former.baseVersion;
    const { keyId, ciphertext } = inner.secrets.seal(file, draftBinding(inner.organizationId));
    const updatedAt = inner.clock.now();
    const values = { keyId, sealedFile: ciphertext, baseVersion, actorName: inner.actor.name, updatedAt };
    await inner.db
      .insert(planDrafts)
      .values({ organizationId: inner.organizationId, ...values })
      .onConflictDoUpdate({ target: planDrafts.organizationId, set: values });
    await auditDraft(inner, former === undefined ? 'create' : 'change');
    return { file, baseVersion, actorName: values.actorName, updatedAt: updatedAt.toISOString() };
  });
}

/** Throws the draft away. Throws `plan_draft.missing`. */
export async function deleteDraft(context: Context): Promise<void> {
  await context.transaction(async (inner) => {
    await getDraft(inner);
    await inner.db.delete(planDrafts).where(eq(planDrafts.organizationId, inner.organizationId));
    await auditDraft(inner, 'delete');
  });
}

function auditDraft(context: Context, verb: 'create' | 'change' | 'delete'): Promise<void> {
  const { organizationId } = context;
  return context.audit({ action: `voice.plan_draft.${verb}`, entityType: 'plan draft', entityId: organizationId });
}

/** What ties a sealed draft to its organization. */
export function draftBinding(organizationId: string): string {
  return `${organizationId}/voice.plan_draft`;
}
