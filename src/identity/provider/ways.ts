import { and, asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../../db/open.ts';
import { identityProviders, organizations } from '../../db/schema/index.ts';

export const signInWaysSchema = z.object({
  email: z.boolean().meta({ description: 'Whether codes can go by e-mail.' }),
  providers: z
    .array(z.object({ name: z.string(), url: z.string().meta({ description: 'Where the browser goes.' }) }))
    .meta({ description: 'Issuers that vouch for people of the organization that was named, or of the only one.' }),
});

/** The issuers a sign-in page offers. An organization that does not exist has none, as one without any. */
export async function listSignInProviders(
  db: Pick<Db, 'select'>,
  slug: string | undefined,
): Promise<readonly { readonly name: string; readonly url: string }[]> {
  const found = await db
    .select({ id: organizations.id, slug: organizations.slug })
    .from(organizations)
    .where(and(eq(organizations.status, 'active'), slug === undefined ? undefined : eq(organizations.slug, slug)))
    .limit(2);
  const [organization] = found;
  if (organization === undefined || found.length > 1) return [];
  const rows = await db
    .select({ name: identityProviders.name })
    .from(identityProviders)
    .where(
      and(
        eq(identityProviders.organizationId, organization.id),
        eq(identityProviders.kind, 'oidc'),
        eq(identityProviders.isActive, true),
      ),
    )
    .orderBy(asc(identityProviders.name));
  return rows.map(({ name }) => ({ name, url: `/sign-in/oidc/${organization.slug}/${name}` }));
}
