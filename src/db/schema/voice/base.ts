import { pgSchema, text } from 'drizzle-orm/pg-core';
import { tenant } from '../columns.ts';
import { organizations } from '../identity.ts';

export const voice = pgSchema('voice');

export const active = (name = 'status') =>
  text(name, { enum: ['active', 'inactive'] })
    .notNull()
    .default('active');

export const organization = () => tenant().references(() => organizations.id, { onDelete: 'cascade' });
