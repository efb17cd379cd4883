import { and, isNull, type SQL } from 'drizzle-orm';
import { smsPolicies } from '../../db/schema/index.ts';

/** Holds for the one policy of the whole organization: the one that is of nobody in particular. */
export function isOfOrganization(): SQL | undefined {
  return and(isNull(smsPolicies.apiKey), isNull(smsPolicies.person));
}
