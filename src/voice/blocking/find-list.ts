import { and, asc, eq } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { blockLists, didNumbers, organizations } from '../../db/schema/index.ts';
import { regionOf } from '../../routing/index.ts';

/** A list by its id or name; `lock` holds it until the transaction ends. Throws `block_list.missing`. */
export async function findList(context: Context, idOrName: string, lock = false) {
  const column = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(idOrName) ? blockLists.id : blockLists.name;
  const query = context.db
    .select()
    .from(blockLists)
    .where(and(eq(blockLists.organizationId, context.organizationId), eq(column, idOrName)));
  const [list] = await (lock ? query.for('update') : query);
  if (list !== undefined) return list;
  throw new AppError({
    code: 'block_list.missing',
    kind: 'missing',
    detail: `There is no block list ${idOrName} in this organization.`,
  });
}

/** The country whose national spellings the organization's lists are read in, as its plan does. */
export async function regionOfOrganization(context: Context): Promise<string | undefined> {
  const { organizationId, db } = context;
  const [main] = await db
    .select({ number: didNumbers.number })
    .from(didNumbers)
    .where(and(eq(didNumbers.organizationId, organizationId), eq(didNumbers.status, 'active')))
    .orderBy(asc(didNumbers.number))
    .limit(1);
  const [organization] = await db
    .select({ timezone: organizations.timezone })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  return regionOf(main?.number, organization?.timezone ?? 'UTC');
}
