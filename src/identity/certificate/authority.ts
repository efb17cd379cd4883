import { webcrypto } from 'node:crypto';
import type * as x509 from '@peculiar/x509';
import { eq } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { certificateAuthorities, organizations } from '../../db/schema/index.ts';
import { readSecrets, storeSecret } from '../../db/secret-store.ts';
import { newSerial } from './serial.ts';
import { loadX509 } from './x509.ts';

const AUTHORITY_MS = 10 * 365 * 24 * 3_600_000;
/** Clocks of devices go wrong; a certificate that is not valid yet only confuses. */
export const BACKDATE_MS = 3_600_000;

/** How the authority signs. */
export const SIGNING = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const PURPOSE = 'identity.certificate_authority.key';

export interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** The organization's authority, made when it is first needed. Its key leaves the secrets only inside this process. */
export async function authorityOfOrganization(context: Context): Promise<Authority> {
  const { X509Certificate } = await loadX509();
  return context.transaction(async (inner) => {
    const [organization] = await inner.db
      .select()
      .from(organizations)
      .where(eq(organizations.id, inner.organizationId))
      .for('update');
    const [row] = await inner.db
      .select()
      .from(certificateAuthorities)
      .where(eq(certificateAuthorities.organizationId, inner.organizationId));
    if (row === undefined) return makeAuthority(inner, organization?.name ?? 'organization');
    const secrets = await readSecrets(inner, [row.keySecretId]);
    const pkcs8 = Buffer.from(secrets.get(row.keySecretId) ?? '', 'base64');
    const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, SIGNING, false, ['sign']);
    return { certificate: new X509Certificate(row.certificate), key };
  });
}

async function makeAuthority(context: Context, name: string): Promise<Authority> {
  const x509 = await loadX509();
  const keys = (await webcrypto.subtle.generateKey(SIGNING, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const now = context.clock.now().getTime();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: newSerial(),
      name: [{ CN: [`${name} people`] }, { O: [name] }],
      notBefore: new Date(now - BACKDATE_MS),
      notAfter: new Date(now + AUTHORITY_MS),
      signingAlgorithm: SIGNING,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const keySecretId = await storeSecret(context, PURPOSE, pkcs8);
  const [row] = await context.db
    .insert(certificateAuthorities)
    .values({
      organizationId: context.organizationId,
      certificate: certificate.toString('pem'),
      keySecretId,
      createdAt: context.clock.now(),
    })
    .returning({ id: certificateAuthorities.id });
  await context.audit({
    action: 'identity.certificate_authority.create',
    entityType: 'certificate authority',
    entityId: row?.id ?? '',
    after: { subject: certificate.subject, notAfter: certificate.notAfter.toISOString() },
  });
  return { certificate, key: keys.privateKey };
}

/** The PEM of the authority, for who has to trust it. */
export async function authorityPem(context: Context): Promise<string> {
  return (await authorityOfOrganization(context)).certificate.toString('pem');
}
