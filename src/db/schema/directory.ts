import { index, integer, pgSchema, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, tenant, tenantKey, tenantReference, updatedAt } from './columns.ts';
import { organizations } from './identity.ts';

export const directory = pgSchema('directory');

const organization = () => tenant().references(() => organizations.id, { onDelete: 'cascade' });

export const contactGroups = directory.table(
  'contact_groups',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('contact_groups_tenant_key', table),
    unique('contact_groups_name_key').on(table.organizationId, table.name),
  ],
);

/** People and companies that are called or texted; they do not sign in (data-model D3). */
export const contacts = directory.table(
  'contacts',
  {
    id: id(),
    organizationId: organization(),
    /** First and last name together: how lists show a contact and how the configuration file tells contacts apart. */
    displayName: text('display_name').notNull(),
    firstName: text('first_name').notNull(),
    lastName: text('last_name').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('contacts_tenant_key', table),
    unique('contacts_display_name_key').on(table.organizationId, table.displayName),
  ],
);

/** One look-up finds whose a number or address is: the screen pop, the opt-out and the import all ask here. */
export const contactPoints = directory.table(
  'contact_points',
  {
    organizationId: organization(),
    contactId: uuid('contact_id').notNull(),
    kind: text('kind', { enum: ['phone', 'email'] }).notNull(),
    listIndex: integer('list_index').notNull(),
    value: text('value_normalised').notNull(),
  },
  (table) => [
    primaryKey({ name: 'contact_points_pkey', columns: [table.contactId, table.kind, table.listIndex] }),
    tenantReference(
      'contact_points_contact',
      { organizationId: table.organizationId, column: table.contactId },
      { organizationId: contacts.organizationId, column: contacts.id },
      'cascade',
    ),
    index('contact_points_lookup').on(table.organizationId, table.kind, table.value),
  ],
);

export const contactGroupMembers = directory.table(
  'contact_group_members',
  {
    organizationId: organization(),
    contactId: uuid('contact_id').notNull(),
    listIndex: integer('list_index').notNull(),
    groupName: text('group_name').notNull(),
  },
  (table) => [
    primaryKey({ name: 'contact_group_members_pkey', columns: [table.contactId, table.groupName] }),
    tenantReference(
      'contact_group_members_contact',
      { organizationId: table.organizationId, column: table.contactId },
      { organizationId: contacts.organizationId, column: contacts.id },
      'cascade',
    ),
    tenantReference(
      'contact_group_members_group',
      { organizationId: table.organizationId, column: table.groupName },
      { organizationId: contactGroups.organizationId, column: contactGroups.name },
      'no action',
    ),
  ],
);
