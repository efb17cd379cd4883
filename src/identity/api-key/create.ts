import { isIP } from 'node:net';
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { apiKeys, memberships, serviceAccounts } from '../../db/schema/index.ts';
import { PERMISSION_PATTERN, refuseEscalation } from '../permissions.ts';
import { grantsOfRoles } from '../role/held-grants.ts';
import { hashToken, newToken } from '../secret-token.ts';
import { parseInput } from '../validation.ts';
import { type ApiKey, KEY_MARK, SHOWN_CHARACTERS, toApiKey } from './api-key.ts';

const scope = z.string().max(200).regex(PERMISSION_PATTERN, 'use a permission or a pattern such as voice.*.read');

const address = z.string().max(60).refine(isBlock, 'use an address or a block, such as 192.0.2.7 or 2001:db8::/32');

export const newApiKeySchema = z.strictObject({
  name: z.string('name the key after who uses it').trim().min(1, 'name the key').max(100, 'use at most 100 characters'),
  role: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, 'use the key of a role; GET /api/v1/roles lists them')
    .default('owner'),
  scopes: z.array(scope).min(1).max(100).optional().meta({ description: 'Narrows the role to these permissions.' }),
  allowedAddresses: z.array(address).min(1).max(50).optional(),
  serviceAccount: z
    .guid()
    .optional()
    .meta({ description: 'The program it is for; its permissions count instead of the role.' }),
  expiresAt: z.iso.datetime({ offset: true, message: 'write an instant such as 2027-01-31T00:00:00Z' }).optional(),
});

export interface NewApiKey extends ApiKey {
  /** The key itself. Shown this once; only its hash is kept. */
  readonly key: string;
}

/**
 * Makes a key of the context's organization. A person's key ends with the person. Throws `validation.failed`,
 * `role.unknown`, `service_account.missing` and `access.escalation` (nobody makes a key that may do more than they may).
 */
export async function createApiKey(context: Context, input: unknown): Promise<NewApiKey> {
  context.require('identity.api_key.write');
  const { name, role, scopes, allowedAddresses, serviceAccount, expiresAt } = parseInput(newApiKeySchema, input);
  const key = KEY_MARK + newToken();
  return context.transaction(async (inner) => {
    if (serviceAccount === undefined) {
      const held = await grantsOfRoles(inner.db, inner.organizationId, [role]);
      const narrowed = scopes?.map((permission) => ({ permission, scope: 'all' as const }));
      refuseEscalation(inner, role, narrowed ?? held);
    } else {
      await requireServiceAccount(inner, serviceAccount);
    }
    const [row] = await inner.db
      .insert(apiKeys)
      .values({
        organizationId: inner.organizationId,
        name,
        role,
        scopes: scopes ?? null,
        allowedAddresses: allowedAddresses ?? null,
        serviceAccountId: serviceAccount ?? null,
        membershipId: serviceAccount === undefined ? await membershipOf(inner) : null,
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

/** The membership of the person who acts, when it is one. */
async function membershipOf(context: Context): Promise<string | null> {
  if (context.actor.kind !== 'user' || context.actor.id === null) return null;
  const [row] = await context.db
    .select({ id: memberships.id })
    .from(memberships)
    .where(and(eq(memberships.organizationId, context.organizationId), eq(memberships.userId, context.actor.id)));
  return row?.id ?? null;
}

async function requireServiceAccount(context: Context, id: string): Promise<void> {
  const [row] = await context.db
    .select()
    .from(serviceAccounts)
    .where(and(eq(serviceAccounts.organizationId, context.organizationId), eq(serviceAccounts.id, id)));
  if (row === undefined) {
    throw new AppError({
      code: 'service_account.missing',
      kind: 'missing',
      detail: 'There is no such service account in this organization.',
    });
  }
  refuseEscalation(
    context,
    row.name,
    row.permissions.map((permission) => ({ permission, scope: 'all' as const })),
  );
}

function isBlock(text: string): boolean {
  const [network = '', prefix, ...rest] = text.split('/');
  const family = isIP(network);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^[0-9]{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}
