import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import { apiKeys } from '../../db/schema/index.ts';
import { ROLE_NAMES, type Role, refuseEscalation } from '../permissions.ts';
import { hashToken, newToken } from '../secret-token.ts';
import { parseInput } from '../validation.ts';
import { type ApiKey, KEY_MARK, SHOWN_CHARACTERS, toApiKey } from './api-key.ts';

export const newApiKeySchema = z.strictObject({
  name: z.string('name the key after who uses it').trim().min(1, 'name the key').max(100, 'use at most 100 characters'),
  role: z.enum(ROLE_NAMES as [Role, ...Role[]], `use a role of ${ROLE_NAMES.join(', ')}`).default('owner'),
  expiresAt: z.iso.datetime({ offset: true, message: 'write an instant such as 2027-01-31T00:00:00Z' }).optional(),
});

export interface NewApiKey extends ApiKey {
  /** The key itself. Shown this once; only its hash is kept. */
  readonly key: string;
}

/**
 * Makes a key of the context's organization. Throws `validation.failed` and `access.escalation` (nobody makes a key that
 * may do more than they may).
 */
export async function createApiKey(context: Context, input: unknown): Promise<NewApiKey> {
  context.require('identity.api_key.write');
  const { name, role, expiresAt } = parseInput(newApiKeySchema, input);
  refuseEscalation(context, role);
  const key = KEY_MARK + newToken();
  return context.transaction(async (inner) => {
    const [row] = await inner.db
      .insert(apiKeys)
      .values({
        organizationId: inner.organizationId,
        name,
        role,
        prefix: key.slice(0, SHOWN_CHARACTERS),
        keyHash: hashToken(key),
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
        createdAt: inner.clock.now(),
      })
      .returning();
    if (row === undefined) throw new Error('a created key was not returned');
    const shown = toApiKey(row);
    await inner.audit({
      action: 'identity.api_key.create',
      entityType: 'API key',
      entityId: row.id,
      after: shown,
    });
    return { ...shown, key };
  });
}
