import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { cloudonixSettings, organizations, planVersions } from '../../db/schema/index.ts';
import type { SecretBox } from '../../platform/secrets.ts';
import type { PlanDocument } from '../../routing/index.ts';
import type { PlanSnapshot } from '../../webhooks/index.ts';
import { completeDocument } from './complete-document.ts';
import { planBinding } from './publish.ts';
import { putSecrets, type SecretFields } from './secret-fields.ts';

/** Which version each active organization with a Cloudonix domain should answer with. Cheap: no documents are read. */
export async function listPlanVersions(db: Db): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .select({
      organizationId: planVersions.organizationId,
      version: sql<number>`max(${planVersions.version})`,
      settings: sql<string>`max(${cloudonixSettings.updatedAt})::text`,
    })
    .from(planVersions)
    .innerJoin(cloudonixSettings, eq(cloudonixSettings.organizationId, planVersions.organizationId))
    .innerJoin(organizations, eq(organizations.id, planVersions.organizationId))
    .where(eq(organizations.status, 'active'))
    .groupBy(planVersions.organizationId);
  return new Map(rows.map((row) => [row.organizationId, `${row.version}@${row.settings}`]));
}

/** The newest plan of some organizations, ready to compile. Those without a domain, or not active, are left out. */
export async function loadSnapshots(
  db: Db,
  box: SecretBox,
  organizationIds: readonly string[],
): Promise<PlanSnapshot[]> {
  if (organizationIds.length === 0) return [];
  const rows = await db
    .selectDistinctOn([planVersions.organizationId], {
      organizationId: planVersions.organizationId,
      slug: organizations.slug,
      domain: cloudonixSettings.domain,
      requestsKeyHash: cloudonixSettings.requestsKeyHash,
      webhookTokenHash: cloudonixSettings.webhookTokenHash,
      version: planVersions.version,
      document: planVersions.document,
      keyId: planVersions.keyId,
      sealedSecrets: planVersions.sealedSecrets,
    })
    .from(planVersions)
    .innerJoin(cloudonixSettings, eq(cloudonixSettings.organizationId, planVersions.organizationId))
    .innerJoin(organizations, eq(organizations.id, planVersions.organizationId))
    .where(and(inArray(planVersions.organizationId, [...organizationIds]), eq(organizations.status, 'active')))
    .orderBy(planVersions.organizationId, desc(planVersions.version));
  const snapshots: PlanSnapshot[] = [];
  for (const { keyId, sealedSecrets, document, ...row } of rows) {
    const { organizationId } = row;
    snapshots.push({ ...row, document: await openDocument(box, { organizationId, keyId, sealedSecrets, document }) });
  }
  return snapshots;
}

/** One version of an organization's plan, secrets included, or undefined when there is none of that number. */
export async function loadVersion(
  db: Db,
  box: SecretBox,
  organizationId: string,
  version: number,
): Promise<PlanDocument | undefined> {
  const [row] = await db
    .select({
      organizationId: planVersions.organizationId,
      document: planVersions.document,
      keyId: planVersions.keyId,
      sealedSecrets: planVersions.sealedSecrets,
    })
    .from(planVersions)
    .where(and(eq(planVersions.organizationId, organizationId), eq(planVersions.version, version)));
  return row === undefined ? undefined : openDocument(box, row);
}

async function openDocument(
  box: SecretBox,
  row: Pick<typeof planVersions.$inferSelect, 'organizationId' | 'document' | 'keyId' | 'sealedSecrets'>,
): Promise<PlanDocument> {
  const sealed = { keyId: row.keyId, ciphertext: row.sealedSecrets };
  const secrets = JSON.parse(box.open(sealed, planBinding(row.organizationId))) as SecretFields;
  return completeDocument(putSecrets(row.document as PlanDocument, secrets));
}
