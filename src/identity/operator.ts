import { AppError } from '../core/errors.ts';
import type { Db } from '../db/open.ts';
import { listOrganizations } from './organization/organization.ts';
import type { Principal } from './principal.ts';

const NOBODY = { id: '00000000-0000-0000-0000-000000000000', slug: '', name: '' };

/** Names no organization: for `apply`, whose files say themselves which one they are, existing or not. */
const ANY = '*';

/**
 * The operator of this machine: who can read the data directory may do everything, in the organization they name, or in
 * the only one there is. Before the first organization exists, or where they name `*`, they act in none.
 */
export async function operatorPrincipal(db: Db, slug: string | undefined): Promise<Principal> {
  const organizations = slug === ANY ? [NOBODY] : await listOrganizations(db);
  const named =
    slug === undefined || slug === ANY
      ? organizations
      : organizations.filter((organization) => organization.slug === slug);
  if (slug !== undefined && named.length === 0) throw unknown(slug, organizations);
  if (named.length > 1) throw ambiguous(organizations);
  return {
    organization: named[0] ?? NOBODY,
    actor: { kind: 'system', id: null, name: 'operator' },
    role: 'operator',
    permissions: ['*'],
    can: () => true,
    method: 'operator',
  };
}

type Named = readonly { readonly slug: string }[];

function unknown(slug: string, organizations: Named): AppError {
  return new AppError({
    code: 'organization.unknown',
    kind: 'missing',
    detail: `There is no organization "${slug}". ${listed(organizations)}`,
  });
}

function ambiguous(organizations: Named): AppError {
  return new AppError({
    code: 'organization.ambiguous',
    kind: 'invalid',
    detail: `There are several organizations: say which with --organization SLUG. ${listed(organizations)}`,
  });
}

function listed(organizations: Named): string {
  if (organizations.length === 0) return 'There is none yet: apply a configuration file first.';
  const shown = organizations.slice(0, 10).map(({ slug }) => slug);
  return `There ${organizations.length === 1 ? 'is' : 'are'} ${shown.join(', ')}${organizations.length > 10 ? ', …' : ''}.`;
}
