import { webcrypto } from 'node:crypto';
import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { certificateAuthorities, clientCertificates, organizations } from '../../db/schema/index.ts';
import { authorityOfOrganization, SIGNING } from './authority.ts';
import { loadX509 } from './x509.ts';

const CRL_MS = 7 * 24 * 3_600_000;

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
