import { and, asc, eq } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { didNumbers, organizations } from '../db/schema/index.ts';
import { regionOf } from '../routing/region.ts';

/** The country whose national spellings an organization's people use; the same rule as for calls. */
export async function regionOfOrganization(db: Db, organizationId: string): Promise<string | undefined> {
  const [number] = await db
    .select({ number: didNumbers.number })
    .from(didNumbers)
    .where(and(eq(didNumbers.organizationId, organizationId), eq(didNumbers.status, 'active')))
    .orderBy(asc(didNumbers.number))
    .limit(1);
  const [organization] = await db
    .select({ timezone: organizations.timezone })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  return regionOf(number?.number, organization?.timezone ?? 'UTC');
}
