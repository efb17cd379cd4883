import { webcrypto } from 'node:crypto';
import type * as x509 from '@peculiar/x509';
import { uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { clientCertificates } from '../../db/schema/index.ts';
import { authorityOfOrganization, BACKDATE_MS, SIGNING } from './authority.ts';
import { type CertificateView, toView } from './certificate.ts';
import { parseRequest } from './request.ts';
import { newSerial } from './serial.ts';
import { loadX509 } from './x509.ts';

const CERTIFICATE_MS = 365 * 24 * 3_600_000;

export interface Holder {
  readonly subject: string;
  readonly membershipId?: string;
  readonly serviceAccountId?: string;
}

/** Signs a request for a holder, in the open transaction. Throws `certificate.request_invalid`. */
export async function signRequest(context: Context, csr: string, holder: Holder): Promise<CertificateView> {
  const request = await parseRequest(csr, holder.subject);
  return issue(context, request.publicKey, holder);
}

/** Issues a certificate for a public key, in the open transaction. */
export async function issue(
  context: Context,
  publicKey: x509.PublicKey | webcrypto.CryptoKey,
  holder: Holder,
  bundleSecretId?: string,
): Promise<CertificateView> {
  const x509 = await loadX509();
  const authority = await authorityOfOrganization(context);
  const now = context.clock.now().getTime();
  const serialNumber = newSerial();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber,
      subject: [{ CN: [holder.subject] }],
      issuer: authority.certificate.subjectName,
      notBefore: new Date(now - BACKDATE_MS),
      notAfter: new Date(now + CERTIFICATE_MS),
      signingAlgorithm: SIGNING,
      publicKey: publicKey,
      signingKey: authority.key,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        await x509.AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const [row] = await context.db
    .insert(clientCertificates)
    .values({
      id: uuidv7(),
      organizationId: context.organizationId,
      serialNumber,
      fingerprint: Buffer.from(await certificate.getThumbprint('SHA-256', webcrypto)).toString('hex'),
      subject: holder.subject,
      certificate: certificate.toString('pem'),
      membershipId: holder.membershipId ?? null,
      serviceAccountId: holder.serviceAccountId ?? null,
      bundleSecretId: bundleSecretId ?? null,
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
      createdAt: context.clock.now(),
    })
    .returning();
  if (row === undefined) throw new Error('an issued certificate was not returned');
  await context.audit({
    action: 'identity.certificate.issue',
    entityType: 'certificate',
    entityId: row.id,
    after: toView(row),
  });
  return toView(row);
}
