import { randomBytes, webcrypto } from 'node:crypto';
import type * as x509 from '@peculiar/x509';
import { and, desc, eq, isNotNull, sql } from 'drizzle-orm';
import { encodeCursor } from '../../core/cursor.ts';
import { AppError } from '../../core/errors.ts';
import { uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { afterCursor, type ListQuery, type Page } from '../../db/resource.ts';
import { certificateAuthorities, clientCertificates, organizations } from '../../db/schema/index.ts';
import { readSecrets, storeSecret } from '../../db/secret-store.ts';
import { type CertificateView, toView } from './certificate.ts';
import { parseRequest } from './request.ts';
import { loadX509 } from './x509.ts';

const DAY_MS = 24 * 3_600_000;
const AUTHORITY_MS = 10 * 365 * DAY_MS;
const CERTIFICATE_MS = 365 * DAY_MS;
const CRL_MS = 7 * DAY_MS;
/** Clocks of devices go wrong; a certificate that is not valid yet only confuses. */
const BACKDATE_MS = 3_600_000;

const SIGNING = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const PURPOSE = 'identity.certificate_authority.key';

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** The organization's authority, made when it is first needed. Its key leaves the secrets only inside this process. */
async function authorityOfOrganization(context: Context): Promise<Authority> {
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

/** One page of certificates, newest first, the revoked ones included. Walks `client_certificates_list`. */
export async function listCertificates(context: Context, query: ListQuery = {}): Promise<Page<CertificateView>> {
  context.require('identity.certificate.read', 'some');
  const limit = query.limit ?? 100;
  const { scope, membershipId } = context.reach('identity.certificate.read');
  const rows = await context.db
    .select()
    .from(clientCertificates)
    .where(
      and(
        eq(clientCertificates.organizationId, context.organizationId),
        scope === 'all' ? undefined : eq(clientCertificates.membershipId, membershipId ?? uuidv7()),
        afterCursor(query.cursor, clientCertificates.createdAt, clientCertificates.id, true),
      ),
    )
    .orderBy(desc(clientCertificates.createdAt), desc(clientCertificates.id))
    .limit(limit + 1);
  const last = rows[limit - 1];
  return {
    items: rows.slice(0, limit).map(toView),
    nextCursor:
      rows.length > limit && last !== undefined
        ? encodeCursor({ value: last.createdAt.toISOString(), id: last.id })
        : null,
  };
}

/**
 * The signed list of an organization's revoked certificates, in DER. Public: whoever checks a certificate asks for it. The
 * number grows with each list. Throws `certificate.no_authority`.
 */
export async function revocationList(context: Context, db: Db, slug: string): Promise<Uint8Array> {
  const [found] = await db
    .select({ id: organizations.id })
    .from(organizations)
    .innerJoin(certificateAuthorities, eq(certificateAuthorities.organizationId, organizations.id))
    .where(eq(organizations.slug, slug));
  if (found === undefined) {
    throw new AppError({
      code: 'certificate.no_authority',
      kind: 'missing',
      detail: `There is no certificate authority of "${slug}".`,
    });
  }
  const inside = context.as({
    organizationId: found.id,
    actor: { kind: 'system', id: null, name: 'revocation list' },
    can: () => false,
  });
  const x509 = await loadX509();
  return inside.transaction(async (inner) => {
    const authority = await authorityOfOrganization(inner);
    const revoked = await inner.db
      .select()
      .from(clientCertificates)
      .where(and(eq(clientCertificates.organizationId, found.id), isNotNull(clientCertificates.revokedAt)));
    const [row] = await inner.db
      .update(certificateAuthorities)
      .set({ crlNumber: sql`${certificateAuthorities.crlNumber} + 1` })
      .where(eq(certificateAuthorities.organizationId, found.id))
      .returning({ number: certificateAuthorities.crlNumber });
    const now = inner.clock.now();
    const list = await x509.X509CrlGenerator.create(
      {
        issuer: authority.certificate.subjectName,
        thisUpdate: now,
        nextUpdate: new Date(now.getTime() + CRL_MS),
        signingAlgorithm: SIGNING,
        signingKey: authority.key,
        entries: revoked.map(({ serialNumber, revokedAt, revokeReason }) => ({
          serialNumber,
          revocationDate: revokedAt ?? now,
          reason: x509.X509CrlReason[(revokeReason ?? 'unspecified') as keyof typeof x509.X509CrlReason],
        })),
        extensions: [
          await x509.AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey, false, webcrypto),
          new x509.Extension('2.5.29.20', false, crlNumber(row?.number ?? 1)),
        ],
      },
      webcrypto,
    );
    return new Uint8Array(list.rawData);
  });
}

/** RFC 5280 section 5.2.3: an INTEGER in as few bytes as it needs. */
function crlNumber(number: number): Uint8Array {
  const hex = number.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = Buffer.from(Number.parseInt(even.slice(0, 2), 16) > 127 ? `00${even}` : even, 'hex');
  return Buffer.concat([Buffer.from([0x02, bytes.length]), bytes]);
}

/** 127 random bits, positive and never zero in front (RFC 5280 section 4.1.2.2). */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
