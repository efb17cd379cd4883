import { z } from 'zod';
import {
  auditFilters,
  auditSchema,
  erase,
  eraseReportSchema,
  eraseSchema,
  exportAudit,
  listAudit,
} from '../identity/index.ts';
import { pageOf } from './identity-forms.ts';
import { listQuerySchema, toListQuery } from './query.ts';
import { type Route, route, StreamReply } from './route.ts';

/** What was done, and what must be forgotten. */
export function auditRoutes(): readonly Route[] {
  const tag = 'Audit';
  const filters = { filters: auditFilters, sorts: [] };
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/audit',
        tag,
        permission: 'identity.audit.read',
        summary: 'Who did what',
        query: listQuerySchema(filters),
        response: pageOf(auditSchema),
      },
      ({ context, query }) => listAudit(context, toListQuery(query)),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/audit/export',
        tag,
        permission: 'identity.audit.export',
        summary: 'The audit as JSON lines',
        query: z.object(auditFilters),
        streams: ['application/x-ndjson'],
      },
      async ({ context, query }) =>
        new StreamReply(exportAudit(context, toListQuery(query)), {
          'content-type': 'application/x-ndjson',
          'content-disposition': 'attachment; filename="audit.ndjson"',
        }),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/privacy/erase',
        tag: 'Privacy',
        permission: 'identity.privacy.erase',
        summary: 'Erase a number or a person everywhere',
        body: eraseSchema,
        example: { number: '+12125550123', reason: 'asked by letter of 3 November' },
        response: eraseReportSchema,
      },
      ({ context, body }) => erase(context, body),
    ),
  ];
}
