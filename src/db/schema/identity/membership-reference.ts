import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { tenantReference } from '../columns.ts';
import { memberships } from './people.ts';

/** Refers to a person of the same organization, by both columns. */
export const membershipReference = (
  name: string,
  table: { organizationId: AnyPgColumn; membershipId: AnyPgColumn },
  onDelete: 'cascade' | 'no action' = 'cascade',
) =>
  tenantReference(
    name,
    { organizationId: table.organizationId, column: table.membershipId },
    { organizationId: memberships.organizationId, column: memberships.id },
    onDelete,
  );
