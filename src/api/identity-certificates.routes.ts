import { z } from 'zod';
import {
  authorityPem,
  certificateSchema,
  collectBundle,
  getCertificate,
  issueCertificate,
  listCertificates,
  newCertificateSchema,
  renewCertificate,
  revocationList,
  revokeCertificate,
  revokeCertificateSchema,
} from '../identity/index.ts';
import { pageOf, whole } from './identity-forms.ts';
import { listQuerySchema, toListQuery } from './query.ts';
import { PUBLIC, type Route, route, StreamReply } from './route.ts';

/** Client certificates of the organization’s own authority. */
export function certificateRoutes(): readonly Route[] {
  const tag = 'Certificates';
  const read = { tag, permission: 'identity.certificate.read', isScoped: true } as const;
  const write = { tag, permission: 'identity.certificate.write', response: certificateSchema } as const;
  const one = '/api/v1/certificates/{id}';
  return [
    route(
      {
        ...read,
        method: 'GET',
        path: '/api/v1/certificates',
        summary: 'List client certificates',
        query: listQuerySchema({ filters: {}, sorts: [] }),
        response: pageOf(certificateSchema),
      },
      ({ context, query }) => listCertificates(context, toListQuery(query)),
    ),
    route(
      { ...read, method: 'GET', path: one, summary: 'Get one', response: certificateSchema },
      ({ context, params }) => getCertificate(context, params.id ?? ''),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: '/api/v1/certificates',
        summary: 'Issue a certificate',
        description: 'For a request (its key never leaves the device), or with a key made here and fetched once.',
        body: newCertificateSchema,
        example: { person: 'ada' },
        status: 201,
      },
      ({ context, body }) => issueCertificate(context, body),
    ),
    route(
      {
        ...read,
        method: 'POST',
        path: `${one}/bundle`,
        summary: 'Fetch certificate and key, once',
        description: 'As PKCS#12 the password is in the header `x-bundle-password`, for this download only.',
        query: z.object({ format: z.enum(['p12', 'pem']).default('p12') }),
        streams: ['application/x-pkcs12', 'application/x-pem-file'],
        isIdempotent: false,
      },
      async ({ context, params, query }) => {
        const bundle = await collectBundle(context, params.id ?? '', query.format);
        return new StreamReply(whole(bundle.bytes), {
          'content-type': bundle.contentType,
          'content-disposition': `attachment; filename="${bundle.fileName}"`,
          ...(bundle.password === undefined ? {} : { 'x-bundle-password': bundle.password }),
        });
      },
    ),
    route(
      {
        ...read,
        method: 'POST',
        path: `${one}/renew`,
        summary: 'A new certificate for a new key of the same holder',
        body: z.strictObject({ csr: z.string().max(20_000) }),
        response: certificateSchema,
      },
      ({ context, params, body }) => renewCertificate(context, params.id ?? '', body.csr),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: `${one}/revoke`,
        summary: 'End a certificate',
        body: revokeCertificateSchema,
        example: { reason: 'keyCompromise' },
      },
      ({ context, params, body }) => revokeCertificate(context, params.id ?? '', body),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/certificate-authority',
        tag,
        permission: 'identity.certificate.write',
        summary: 'The authority’s own certificate',
        response: z.object({ certificate: z.string().meta({ description: 'PEM.' }) }),
      },
      async ({ context }) => ({ certificate: await authorityPem(context) }),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/crl/{organization}',
        tag,
        permission: PUBLIC,
        summary: 'The list of revoked certificates (DER)',
        streams: ['application/pkix-crl'],
      },
      async ({ context, params }) =>
        new StreamReply(whole(await revocationList(context, context.db, params.organization ?? '')), {
          'content-type': 'application/pkix-crl',
        }),
    ),
  ];
}
