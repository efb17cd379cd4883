import { index, integer, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, tenant, tenantReference } from '../columns.ts';
import { serviceAccounts } from './api-keys.ts';
import { identity } from './base.ts';
import { membershipReference } from './membership-reference.ts';
import { organizations } from './organizations.ts';

/** One per organization; its key is sealed among the secrets. */
export const certificateAuthorities = identity.table('certificate_authorities', {
  id: id(),
  organizationId: tenant()
    .unique()
    .references(() => organizations.id, { onDelete: 'cascade' }),
  certificate: text('certificate').notNull(),
  keySecretId: uuid('key_secret_id').notNull(),
  crlNumber: integer('crl_number').notNull().default(0),
  createdAt: createdAt(),
});

export const clientCertificates = identity.table(
  'client_certificates',
  {
    id: id(),
    organizationId: tenant().references(() => organizations.id, { onDelete: 'cascade' }),
    serialNumber: text('serial_number').notNull(),
    /** SHA-256 of the certificate: how a TLS connection is recognised. */
    fingerprint: text('fingerprint').notNull().unique(),
    subject: text('subject').notNull(),
    certificate: text('certificate').notNull(),
    membershipId: uuid('membership_id'),
    serviceAccountId: uuid('service_account_id'),
    /** The PKCS#12 or PEM bundle with its key, until it is fetched: once. */
    bundleSecretId: uuid('bundle_secret_id'),
    notBefore: instant('not_before').notNull(),
    notAfter: instant('not_after').notNull(),
    revokedAt: instant('revoked_at'),
    revokeReason: text('revoke_reason'),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('client_certificates_serial_key').on(table.organizationId, table.serialNumber),
    index('client_certificates_list').on(table.organizationId, table.createdAt, table.id),
    membershipReference('client_certificates_membership', table),
    tenantReference(
      'client_certificates_service_account',
      { organizationId: table.organizationId, column: table.serviceAccountId },
      { organizationId: serviceAccounts.organizationId, column: serviceAccounts.id },
      'cascade',
    ),
  ],
);
