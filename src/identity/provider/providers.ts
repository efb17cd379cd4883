import { and, asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { identityProviders } from '../../db/schema/index.ts';
import { deleteSecrets, readSecrets, storeSecret } from '../../db/secret-store.ts';
import { refuseEscalation } from '../permissions.ts';
import { roleKeySchema } from '../person/person.ts';
import { grantsOfRoles } from '../role/held-grants.ts';
import { parseInput } from '../validation.ts';

const shared = {
  name: z
    .string()
    .trim()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and dashes'),
  isActive: z.boolean().default(true),
  secret: z
    .string()
    .max(4096)
    .optional()
    .meta({ description: 'Client secret, or the password of `bindDn`. Never shown.' }),
};

const joining = {
  autoCreate: z
    .boolean()
    .default(false)
    .meta({ description: 'Whoever the provider vouches for becomes a person here.' }),
  roles: z.array(roleKeySchema).max(20).default(['member']).meta({ description: 'What they become then.' }),
};

export const oidcConfigSchema = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1).max(300),
  scope: z.string().max(300).default('openid email profile'),
  hasOwnSecondFactor: z
    .boolean()
    .default(false)
    .meta({ description: 'The issuer asks for a second factor itself; the one people have here is not asked then.' }),
  ...joining,
});

export const ldapConfigSchema = z.strictObject({
  url: z.string().regex(/^ldaps?:\/\/[^\s/]+$/, 'use ldap://host:389 or ldaps://host:636'),
  startTls: z.boolean().default(true).meta({ description: 'Encrypts an ldap:// connection before anything is said.' }),
  ca: z
    .string()
    .max(20_000)
    .optional()
    .meta({ description: 'PEM of the authority that signed the server, when it is not public.' }),
  userDn: z
    .string()
    .max(500)
    .regex(/\{login\}/, 'put {login} where the name goes')
    .optional()
    .meta({ description: 'For example uid={login},ou=people,dc=example,dc=com.' }),
  bindDn: z.string().max(500).optional(),
  searchBase: z.string().max(500).optional(),
  filter: z
    .string()
    .max(500)
    .regex(/\{login\}/, 'put {login} where the name goes')
    .default('(uid={login})'),
  ...joining,
});

export const newProviderSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('oidc'), ...shared, config: oidcConfigSchema }),
  z.strictObject({ kind: z.literal('ldap'), ...shared, config: ldapConfigSchema }),
]);

export type OidcConfig = z.output<typeof oidcConfigSchema>;
export type LdapConfig = z.output<typeof ldapConfigSchema>;

export const providerSchema = z.object({
  id: z.guid(),
  kind: z.enum(['oidc', 'ldap']),
  name: z.string(),
  isActive: z.boolean(),
  hasSecret: z.boolean(),
  config: z.record(z.string(), z.unknown()),
});

export type ProviderView = z.output<typeof providerSchema>;
type Row = typeof identityProviders.$inferSelect;

function toView(row: Row): ProviderView {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    isActive: row.isActive,
    hasSecret: row.secretId !== null,
    config: row.config as Record<string, unknown>,
  };
}

const PURPOSE = 'identity.provider';

/** The organization's identity providers, without their secrets. */
export async function listProviders(context: Context): Promise<readonly ProviderView[]> {
  context.require('identity.provider.read');
  const rows = await context.db
    .select()
    .from(identityProviders)
    .where(eq(identityProviders.organizationId, context.organizationId))
    .orderBy(asc(identityProviders.name));
  return rows.map(toView);
}

/** Creates a provider or makes it what the input says, by its name. An absent secret keeps the one that is there. */
export async function putProvider(context: Context, input: unknown): Promise<ProviderView> {
  context.require('identity.provider.write');
  const { secret, ...wish } = parseInput(newProviderSchema, input);
  return context.transaction(async (inner) => {
    const { roles } = wish.config;
    refuseEscalation(inner, roles.join(', '), await grantsOfRoles(inner.db, inner.organizationId, roles));
    const before = await findProvider(inner, wish.name);
    const secretId = secret === undefined ? (before?.secretId ?? null) : await storeSecret(inner, PURPOSE, secret);
    if (secret !== undefined && before?.secretId != null) await deleteSecrets(inner, [before.secretId]);
    const values = { ...wish, secretId, updatedAt: inner.clock.now() };
    const [row] =
      before === undefined
        ? await inner.db
            .insert(identityProviders)
            .values({ organizationId: inner.organizationId, createdAt: inner.clock.now(), ...values })
            .returning()
        : await inner.db.update(identityProviders).set(values).where(eq(identityProviders.id, before.id)).returning();
    if (row === undefined) throw new Error('a stored provider was not returned');
    await inner.audit({
      action: 'identity.provider.write',
      entityType: 'identity provider',
      entityId: row.id,
      before: before === undefined ? undefined : toView(before),
      after: toView(row),
    });
    return toView(row);
  });
}

/** Removes a provider; people who came through it keep their place. */
export async function deleteProvider(context: Context, name: string): Promise<void> {
  context.require('identity.provider.write');
  await context.transaction(async (inner) => {
    const row = await findProvider(inner, name);
    if (row === undefined) throw providerMissing(name);
    await inner.db.delete(identityProviders).where(eq(identityProviders.id, row.id));
    if (row.secretId !== null) await deleteSecrets(inner, [row.secretId]);
    await inner.audit({
      action: 'identity.provider.delete',
      entityType: 'identity provider',
      entityId: row.id,
      before: toView(row),
    });
  });
}

async function findProvider(context: Context, name: string): Promise<Row | undefined> {
  const [row] = await context.db
    .select()
    .from(identityProviders)
    .where(and(eq(identityProviders.organizationId, context.organizationId), eq(identityProviders.name, name)));
  return row;
}

/** The active providers of a kind, with their secrets opened: for whoever is about to ask them. */
export async function activeProviders(
  context: Context,
  kind: 'oidc' | 'ldap',
): Promise<readonly (Row & { readonly secret: string | undefined })[]> {
  const rows = await context.db
    .select()
    .from(identityProviders)
    .where(
      and(
        eq(identityProviders.organizationId, context.organizationId),
        eq(identityProviders.kind, kind),
        eq(identityProviders.isActive, true),
      ),
    )
    .orderBy(asc(identityProviders.name));
  const secrets = await readSecrets(
    context,
    rows.flatMap(({ secretId }) => (secretId === null ? [] : [secretId])),
  );
  return rows.map((row) => ({ ...row, secret: secrets.get(row.secretId ?? '') }));
}

export function providerMissing(name: string): AppError {
  return new AppError({
    code: 'provider.missing',
    kind: 'missing',
    detail: `There is no active identity provider "${name}" in this organization.`,
  });
}
