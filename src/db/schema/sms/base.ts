import { pgSchema } from 'drizzle-orm/pg-core';
import { tenant } from '../columns.ts';
import { organizations } from '../identity.ts';

export const sms = pgSchema('sms');

export const organization = () => tenant().references(() => organizations.id, { onDelete: 'cascade' });
