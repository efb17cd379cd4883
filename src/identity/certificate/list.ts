import { and, desc, eq } from 'drizzle-orm';
import { uuidv7 } from '../../core/ids.ts';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page, toPage } from '../../db/resource.ts';
import { clientCertificates } from '../../db/schema/index.ts';
import { type CertificateView, toView } from './certificate.ts';

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
  return toPage(rows, limit, toView, ({ createdAt, id }) => ({ at: createdAt, id }));
}
