import { z } from 'zod';
import { E164 } from '../core/e164.ts';
import type { Resource } from '../db/resource.ts';
import * as table from '../db/schema/index.ts';

const name = z.string('must be text').trim().max(120, 'use at most 120 characters');

const contactGroupSchema = z.strictObject({
  name: z
    .string('the name is missing')
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u, 'use 1 to 64 letters, digits, spaces, dots or hyphens'),
  description: z.string('must be text').max(1000, 'use at most 1000 characters').default(''),
});

const contactSchema = z
  .strictObject({
    firstName: name.default(''),
    lastName: name.default(''),
    phones: z
      .array(z.string('put the number in quotes').regex(E164, 'write the number in E.164, e.g. "+12125550150"'))
      .default([]),
    emails: z.array(z.email('write an e-mail address')).default([]),
    groups: z.array(z.string('name the group')).default([]),
  })
  .refine((contact) => contact.firstName !== '' || contact.lastName !== '', 'a contact needs a first or a last name');

const contactGroups: Resource = {
  path: 'contact-groups',
  section: 'contactGroups',
  noun: 'contact group',
  permission: 'directory.contact_group',
  table: table.contactGroups,
  schema: contactGroupSchema,
  key: 'name',
  filters: ['name'],
  sorts: ['name'],
};

const contacts: Resource = {
  path: 'contacts',
  section: 'contacts',
  noun: 'contact',
  permission: 'directory.contact',
  table: table.contacts,
  schema: contactSchema,
  key: 'displayName',
  derived: (form) => ({ displayName: `${String(form.firstName)} ${String(form.lastName)}`.trim() }),
  children: {
    phones: { table: table.contactPoints, parent: 'contactId', value: 'value', fixed: { kind: 'phone' } },
    emails: { table: table.contactPoints, parent: 'contactId', value: 'value', fixed: { kind: 'email' } },
    groups: { table: table.contactGroupMembers, parent: 'contactId', value: 'groupName' },
  },
  filters: ['firstName', 'lastName', 'displayName'],
  sorts: ['firstName', 'lastName', 'displayName'],
};

/** The address book, groups before the contacts that are in them. */
export const directoryResources: readonly Resource[] = [contactGroups, contacts];
