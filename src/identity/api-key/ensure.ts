import { eq } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { apiKeys } from '../../db/schema/index.ts';
import { hashToken } from '../secret-token.ts';
import { KEY_MARK, SHOWN_CHARACTERS } from './api-key.ts';

/**
 * Makes an owner key that the operator chose work in the context's organization, whatever happened before: doing it
 * again changes nothing, and a key that was revoked is valid again, because the operator says so.
 * Throws `api_key.unusable` when it cannot travel in a header and `api_key.taken` when another organization has it.
 */
export async function ensureApiKey(context: Context, name: string, plaintext: string): Promise<void> {
  context.require('identity.api_key.write');
  if (!/^[\x21-\x7e]{1,512}$/.test(plaintext)) {
    throw new AppError({
      code: 'api_key.unusable',
      kind: 'invalid',
      detail: 'An API key is 1 to 512 visible ASCII characters without spaces. Best let us make one.',
    });
  }
  const keyHash = hashToken(plaintext);
  await context.transaction(async (inner) => {
    const [known] = await inner.acrossOrganizations((db) =>
      db.select().from(apiKeys).where(eq(apiKeys.keyHash, keyHash)).for('update'),
    );
    if (known !== undefined && known.organizationId !== inner.organizationId) throw taken();
    if (known !== undefined && known.revokedAt === null && known.expiresAt === null && known.role === 'owner') return;
    const values = { name, role: 'owner', expiresAt: null, revokedAt: null };
    const [row] = await inner.db
      .insert(apiKeys)
      .values({
        organizationId: inner.organizationId,
        prefix: shownPrefix(plaintext),
        keyHash,
        createdAt: inner.clock.now(),
        ...values,
      })
      .onConflictDoUpdate({
        target: apiKeys.keyHash,
        set: values,
        setWhere: eq(apiKeys.organizationId, inner.organizationId),
      })
      .returning({ id: apiKeys.id });
    if (row === undefined) throw taken();
    await inner.audit({
      action: 'identity.api_key.ensure',
      entityType: 'API key',
      entityId: row.id,
      after: { name, role: 'owner' },
    });
  });
}

/** A chosen key may be short, so that its first characters would give half of it away. */
function shownPrefix(plaintext: string): string {
  return plaintext.startsWith(KEY_MARK) && plaintext.length >= 32
    ? plaintext.slice(0, SHOWN_CHARACTERS)
    : `${plaintext.slice(0, 2)}…`;
}

function taken(): AppError {
  return new AppError({
    code: 'api_key.taken',
    kind: 'conflict',
    detail: 'This API key belongs to another organization. Choose another one.',
  });
}
