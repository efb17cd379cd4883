import { and, eq, ne } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { planDrafts, planVersions } from '../../db/schema/index.ts';
import type { SecretBox } from '../../platform/secrets.ts';
import { draftBinding } from './draft.ts';
import { planBinding } from './publish.ts';

const BATCH = 500;

/**
 * Seals again what an earlier key sealed in plans and drafts; returns how many. Without it the newest plans could not be
 * opened any more once that key is gone. A second run finds nothing to do.
 */
export async function rotatePlans(db: Db, box: SecretBox): Promise<number> {
  return (await rotateVersions(db, box)) + (await rotateDrafts(db, box));
}

async function rotateVersions(db: Db, box: SecretBox): Promise<number> {
  const { id, organizationId, keyId, sealedSecrets } = planVersions;
  for (let count = 0; ; ) {
    const stale = await db
      .select({ id, organizationId, keyId, sealedSecrets })
      .from(planVersions)
      .where(ne(keyId, box.keyId))
      .limit(BATCH);
    if (stale.length === 0) return count;
    for (const row of stale) {
      const sealed = again(box, row.keyId, row.sealedSecrets, planBinding(row.organizationId));
      await db
        .update(planVersions)
        .set({ keyId: sealed.keyId, sealedSecrets: sealed.ciphertext })
        .where(and(eq(id, row.id), eq(keyId, row.keyId)));
    }
    count += stale.length;
  }
}

async function rotateDrafts(db: Db, box: SecretBox): Promise<number> {
  const stale = await db.select().from(planDrafts).where(ne(planDrafts.keyId, box.keyId));
  for (const { organizationId, keyId, sealedFile } of stale) {
    const sealed = again(box, keyId, sealedFile, draftBinding(organizationId));
    await db
      .update(planDrafts)
      .set({ keyId: sealed.keyId, sealedFile: sealed.ciphertext })
      .where(and(eq(planDrafts.organizationId, organizationId), eq(planDrafts.keyId, keyId)));
  }
  return stale.length;
}

function again(box: SecretBox, keyId: string, ciphertext: Uint8Array, binding: string) {
  return box.seal(box.open({ keyId, ciphertext }, binding), binding);
}
