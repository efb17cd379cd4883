import { webcrypto } from 'node:crypto';
import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { clientCertificates, serviceAccounts } from '../../db/schema/index.ts';
import { deleteSecrets, readSecrets, storeSecret } from '../../db/secret-store.ts';
import { isUuid } from '../is-uuid.ts';
import { refuseHigherPerson } from '../person/guards.ts';
import { findPerson } from '../person/read.ts';
import { newToken } from '../secret-token.ts';
import { parseInput } from '../validation.ts';
import { authorityPem } from './authority.ts';
import { type CertificateView, toView } from './certificate.ts';
import { toPkcs12 } from './pkcs12.ts';
import { type Holder, issue, signRequest } from './sign.ts';

const REVOKE_REASONS = [
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
] as const;

export const newCertificateSchema = z
  .strictObject({
    person: z.string().max(100).optional().meta({ description: 'Id or callsign.' }),
    serviceAccount: z.guid().optional(),
    csr: z.string().max(20_000).optional().meta({ description: 'PEM request; without one the key is made here.' }),
  })
  .refine((wish) => (wish.person === undefined) !== (wish.serviceAccount === undefined), {
    message: 'name a person or a service account',
    path: ['person'],
  });

const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const PURPOSE = 'identity.certificate.bundle';

/**
 * Issues a certificate: for a key that never left the device (a request), or with a key made here, whose bundle waits
 * sealed until it is fetched once. Throws `access.escalation`, `certificate.request_invalid`, `person.missing`.
 */
export async function issueCertificate(context: Context, input: unknown): Promise<CertificateView> {
  context.require('identity.certificate.write');
  const { csr, ...wish } = parseInput(newCertificateSchema, input);
  return context.transaction(async (inner) => {
    const holder = await holderOf(inner, wish);
    if (csr !== undefined) return signRequest(inner, csr, holder);
    const keys = (await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
    const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
    return issue(inner, keys.publicKey, holder, await storeSecret(inner, PURPOSE, pkcs8));
  });
}

async function holderOf(
  context: Context,
  wish: { readonly person?: string | undefined; readonly serviceAccount?: string | undefined },
): Promise<Holder> {
  if (wish.person !== undefined) {
    const person = await findPerson(context, wish.person);
    await refuseHigherPerson(context, person);
    if (person.membership.status !== 'active') throw notActive(person.membership.callsign);
    return { subject: person.membership.callsign, membershipId: person.membership.id };
  }
  const [service] = await context.db
    .select()
    .from(serviceAccounts)
    .where(
      and(
        eq(serviceAccounts.organizationId, context.organizationId),
        eq(serviceAccounts.id, wish.serviceAccount ?? ''),
      ),
    );
  if (service === undefined) throw missing();
  return { subject: service.name, serviceAccountId: service.id };
}

/** A certificate, its key and its authority, as it is handed out. */
export interface CertificateBundle {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Of the PKCS#12 container; made for this one download and kept nowhere. */
  readonly password?: string;
}

/**
 * The bundle, once: the key is taken out of the secrets by the statement that decides who gets it. Afterwards only the
 * certificate itself can be read. Throws `certificate.collected`.
 */
export async function collectBundle(context: Context, id: string, format: 'p12' | 'pem'): Promise<CertificateBundle> {
  return context.transaction(async (inner) => {
    const row = await find(inner, id);
    inner.require('identity.certificate.read', { ownerId: row.membershipId });
    const [won] = await inner.db
      .update(clientCertificates)
      .set({ bundleSecretId: null })
      .where(and(isMine(inner, id), isNotNull(clientCertificates.bundleSecretId), isNull(clientCertificates.revokedAt)))
      .returning({ id: clientCertificates.id });
    if (won === undefined || row.bundleSecretId === null) throw collected();
    const secrets = await readSecrets(inner, [row.bundleSecretId]);
    const pkcs8 = Buffer.from(secrets.get(row.bundleSecretId) ?? '', 'base64');
    await deleteSecrets(inner, [row.bundleSecretId]);
    await inner.audit({
      action: 'identity.certificate.download',
      entityType: 'certificate',
      entityId: id,
      meta: { format, fingerprint: row.fingerprint },
    });
    const authority = await authorityPem(inner);
    const fileName = `${row.subject.replace(/[^A-Za-z0-9._-]/g, '_')}.${format}`;
    if (format === 'pem') {
      const key = `-----BEGIN PRIVATE KEY-----\n${wrap(pkcs8.toString('base64'))}\n-----END PRIVATE KEY-----\n`;
      const text = `${row.certificate.trim()}\n${key}${authority.trim()}\n`;
      return { fileName, contentType: 'application/x-pem-file', bytes: new TextEncoder().encode(text) };
    }
    const password = newToken().slice(0, 20);
    const bytes = await toPkcs12({ certificate: row.certificate, authority, pkcs8, password, name: row.subject });
    return { fileName, contentType: 'application/x-pkcs12', bytes, password };
  });
}

export const revokeCertificateSchema = z.strictObject({ reason: z.enum(REVOKE_REASONS).default('unspecified') });

/** Ends a certificate: the next connection with it is refused, and the list of revoked ones names it. Twice is no error. */
export async function revokeCertificate(context: Context, id: string, input: unknown): Promise<CertificateView> {
  context.require('identity.certificate.write');
  const { reason } = parseInput(revokeCertificateSchema, input);
  return context.transaction(async (inner) => {
    const before = await find(inner, id);
    if (before.revokedAt !== null) return toView(before);
    const [row] = await inner.db
      .update(clientCertificates)
      .set({ revokedAt: inner.clock.now(), revokeReason: reason, bundleSecretId: null })
      .where(isMine(inner, id))
      .returning();
    if (row === undefined) throw missing();
    if (before.bundleSecretId !== null) await deleteSecrets(inner, [before.bundleSecretId]);
    await inner.audit({
      action: 'identity.certificate.revoke',
      entityType: 'certificate',
      entityId: id,
      before: toView(before),
      after: toView(row),
    });
    return toView(row);
  });
}

/** A new certificate for the same holder and a new key of theirs; the old one ends as superseded. */
export async function renewCertificate(context: Context, id: string, csr: string): Promise<CertificateView> {
  return context.transaction(async (inner) => {
    const row = await find(inner, id);
    const isOwn = inner.may('identity.certificate.read', { ownerId: row.membershipId });
    if (!isOwn) inner.require('identity.certificate.write');
    if (row.revokedAt !== null) throw collected();
    const view = await signRequest(inner, csr, {
      subject: row.subject,
      ...(row.membershipId === null ? {} : { membershipId: row.membershipId }),
      ...(row.serviceAccountId === null ? {} : { serviceAccountId: row.serviceAccountId }),
    });
    await inner.db
      .update(clientCertificates)
      .set({ revokedAt: inner.clock.now(), revokeReason: 'superseded' })
      .where(isMine(inner, id));
    return view;
  });
}

/** One certificate. Throws `certificate.missing`. */
export async function getCertificate(context: Context, id: string): Promise<CertificateView> {
  const row = await find(context, id);
  context.require('identity.certificate.read', { ownerId: row.membershipId });
  return toView(row);
}

const isMine = (context: Context, id: string) =>
  and(eq(clientCertificates.organizationId, context.organizationId), eq(clientCertificates.id, id));

async function find(context: Context, id: string) {
  const [row] = isUuid(id) ? await context.db.select().from(clientCertificates).where(isMine(context, id)) : [];
  if (row === undefined) throw missing();
  return row;
}

function wrap(base64: string): string {
  return base64.replace(/(.{64})(?=.)/g, '$1\n');
}

function missing(): AppError {
  return new AppError({
    code: 'certificate.missing',
    kind: 'missing',
    detail: 'There is no such certificate or holder in this organization.',
  });
}

function notActive(callsign: string): AppError {
  return new AppError({ code: 'person.state', kind: 'conflict', detail: `${callsign} is not active.` });
}

function collected(): AppError {
  return new AppError({
    code: 'certificate.collected',
    kind: 'forbidden',
    detail:
      'The key of this certificate was fetched already, was never here, or the certificate is revoked. Issue a new one.',
  });
}
