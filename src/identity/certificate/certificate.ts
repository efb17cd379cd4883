import { z } from 'zod';
import type { clientCertificates } from '../../db/schema/index.ts';

const instant = z.iso.datetime();

export const certificateSchema = z.object({
  id: z.guid(),
  subject: z.string(),
  serialNumber: z.string(),
  fingerprint: z.string().meta({ description: 'SHA-256, lower-case hex.' }),
  certificate: z.string().meta({ description: 'PEM.' }),
  person: z.guid().nullable(),
  serviceAccount: z.guid().nullable(),
  isBundleWaiting: z.boolean().meta({ description: 'Its key was made here and waits to be fetched, once.' }),
  notBefore: instant,
  notAfter: instant,
  revokedAt: instant.nullable(),
  revokeReason: z.string().nullable(),
  createdAt: instant,
});

export type CertificateView = z.output<typeof certificateSchema>;

export function toView(row: typeof clientCertificates.$inferSelect): CertificateView {
  return {
    id: row.id,
    subject: row.subject,
    serialNumber: row.serialNumber,
    fingerprint: row.fingerprint,
    certificate: row.certificate,
    person: row.membershipId,
    serviceAccount: row.serviceAccountId,
    isBundleWaiting: row.bundleSecretId !== null,
    notBefore: row.notBefore.toISOString(),
    notAfter: row.notAfter.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokeReason: row.revokeReason,
    createdAt: row.createdAt.toISOString(),
  };
}
