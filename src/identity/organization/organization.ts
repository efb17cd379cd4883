import { asc, eq } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { organizations } from '../../db/schema/index.ts';

export interface Organization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly timezone: string;
}

const columns = {
  id: organizations.id,
  slug: organizations.slug,
  name: organizations.name,
  timezone: organizations.timezone,
};

/** The organization with a slug, whatever its status; for the program itself, before there is a tenant to act in. */
export async function organizationBySlug(db: Db, slug: string): Promise<Organization | undefined> {
  const [row] = await db.select(columns).from(organizations).where(eq(organizations.slug, slug));
  return row;
}

/** Every organization of the installation, by slug; for the program itself. */
export async function listOrganizations(db: Db): Promise<Organization[]> {
  return db.select(columns).from(organizations).orderBy(asc(organizations.slug));
}

/** The context's own organization. Throws `organization.missing`. */
export async function organizationOf(context: Context): Promise<Organization> {
  const [row] = await context.db
    .select(columns)
    .from(organizations)
    .where(eq(organizations.id, context.organizationId));
  if (row === undefined) throw gone();
  return row;
}

/** Creates the context's organization, or brings its name and time zone up to date. */
export async function putOrganization(context: Context, values: Omit<Organization, 'id'>): Promise<void> {
  context.require('identity.organization.write');
  const { organizationId, clock } = context;
  const [before] = await context.db.select(columns).from(organizations).where(eq(organizations.id, organizationId));
  const [row] = await context.db
    .insert(organizations)
    .values({ id: organizationId, ...values, createdAt: clock.now(), updatedAt: clock.now() })
    .onConflictDoUpdate({ target: organizations.id, set: { ...values, updatedAt: clock.now() } })
    .returning(columns);
  if (row === undefined) throw gone();
  await context.audit({
    action: `identity.organization.${before === undefined ? 'create' : 'change'}`,
    entityType: 'organization',
    entityId: organizationId,
    before,
    after: row,
  });
}

function gone(): AppError {
  return new AppError({
    code: 'organization.missing',
    kind: 'missing',
    detail: 'This organization no longer exists.',
  });
}
