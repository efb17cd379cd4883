import { and, asc, eq } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { didNumbers, modems, organizations } from '../db/schema/index.ts';
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

/** The same for what a SIM receives: its modem may stand in another country. */
export async function regionOfSim(db: Db, organizationId: string, modemId: string): Promise<string | undefined> {
  const [modem] = await db
    .select({ region: modems.region })
    .from(modems)
    .where(and(eq(modems.organizationId, organizationId), eq(modems.id, modemId)));
  return modem?.region ?? (await regionOfOrganization(db, organizationId));
}
