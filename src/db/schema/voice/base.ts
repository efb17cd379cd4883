import { pgSchema, text } from 'drizzle-orm/pg-core';
import { tenant } from '../columns.ts';
import { organizations } from '../identity.ts';

export const voice = pgSchema('voice');

export const active = (name = 'status') =>
  text(name, { enum: ['active', 'inactive'] })
    .notNull()
    .default('active');

export const organization = () => tenant().references(() => organizations.id, { onDelete: 'cascade' });

/**
 * The organization of a row that belongs to another row: the reference to that row names it too, and vouches for it. For
 * tables that grow with every call, where a second reference would lock the organization's row once more for each.
 */
export const ownersOrganization = () => tenant();
