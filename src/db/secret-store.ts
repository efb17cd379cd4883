import { and, eq, inArray, isNotNull, ne } from 'drizzle-orm';
import { AppError } from '../core/errors.ts';
import type { SecretBox } from '../platform/secrets.ts';
import type { Context } from './context.ts';
import type { Db } from './open.ts';
import { secrets, userCredentials } from './schema/index.ts';

/** Stores a secret of the context's organization and returns its id; the owning row keeps only that. */
export async function storeSecret(context: Context, purpose: string, plaintext: string): Promise<string> {
  const sealed = context.secrets.seal(plaintext, bindingOf(context.organizationId, purpose));
  const [row] = await context.db
    .insert(secrets)
    .values({ organizationId: context.organizationId, purpose, ...sealed })
    .returning({ id: secrets.id });
  if (row === undefined) throw new Error('a stored secret came back without its id');
  return row.id;
}

/** The plaintexts of some secrets of the context's organization, by id. */
export async function readSecrets(context: Context, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await context.db
    .select()
    .from(secrets)
    .where(and(eq(secrets.organizationId, context.organizationId), inArray(secrets.id, [...ids])));
  return new Map(
    rows.map((row) => [row.id, context.secrets.open(row, bindingOf(context.organizationId, row.purpose))]),
  );
}

/** Removes secrets whose owning row has let go of them. */
export async function deleteSecrets(context: Context, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await context.db
    .delete(secrets)
    .where(and(eq(secrets.organizationId, context.organizationId), inArray(secrets.id, [...ids])));
}

/** Seals every secret again that an earlier key sealed; returns how many. A second run finds nothing to do. */
export async function rotateSecrets(db: Db, box: SecretBox): Promise<number> {
  const stale = await db.select().from(secrets).where(ne(secrets.keyId, box.keyId));
  for (const row of stale) {
    const binding = bindingOf(row.organizationId, row.purpose);
    const sealed = box.seal(box.open(row, binding), binding);
    const changed = await db
      .update(secrets)
      .set(sealed)
      .where(and(eq(secrets.id, row.id), eq(secrets.keyId, row.keyId)))
      .returning({ id: secrets.id });
    if (changed.length === 0) throw secretMoved();
  }
  return stale.length + (await rotatePersonal(db, box));
}

/** What belongs to a person and to no organization is sealed in its own row. */
async function rotatePersonal(db: Db, box: SecretBox): Promise<number> {
  const stale = await db
    .select()
    .from(userCredentials)
    .where(and(isNotNull(userCredentials.sealed), ne(userCredentials.sealedKeyId, box.keyId)));
  for (const { id, userId, kind, sealed, sealedKeyId } of stale) {
    if (sealed === null || sealedKeyId === null) continue;
    const binding = personalBinding(userId, kind);
    const fresh = box.seal(box.open({ ciphertext: sealed, keyId: sealedKeyId }, binding), binding);
    await db
      .update(userCredentials)
      .set({ sealed: fresh.ciphertext, sealedKeyId: fresh.keyId })
      .where(and(eq(userCredentials.id, id), eq(userCredentials.sealedKeyId, sealedKeyId)));
  }
  return stale.length;
}

/** Ties a sealed credential to its person and its use. */
export function personalBinding(userId: string, kind: string): string {
  return `user/${userId}/${kind}`;
}

function bindingOf(organizationId: string, purpose: string): string {
  return `${organizationId}/${purpose}`;
}

function secretMoved(): AppError {
  return new AppError({
    code: 'secret.rotated_elsewhere',
    kind: 'conflict',
    detail: 'Another process rotates the secrets at the same time. Run the rotation again.',
  });
}
