import { and, desc, eq, gte, like, lt, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import { afterCursor, type ListQuery, type Page, toPage } from '../../db/resource.ts';
import { auditEvents } from '../../db/schema/index.ts';

const instant = z.iso.datetime({ offset: true });

export const auditSchema = z.object({
  id: z.guid(),
  at: z.iso.datetime(),
  actor: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }),
  action: z.string(),
  entityType: z.string(),
  entityId: z.string().nullable(),
  outcome: z.enum(['done', 'refused', 'failed']),
  errorCode: z.string().nullable(),
  before: z.unknown().nullable(),
  after: z.unknown().nullable(),
  meta: z.unknown().nullable(),
  requestId: z.string().nullable(),
  ip: z.string().nullable(),
});

export type AuditView = z.output<typeof auditSchema>;

export const auditFilters = {
  action: z.string().max(100).optional().meta({ description: 'Exactly, or with a * at the end: identity.person.*' }),
  actor: z.string().max(100).optional().meta({ description: 'Id of the actor.' }),
  entityType: z.string().max(100).optional(),
  entityId: z.string().max(100).optional(),
  outcome: z.enum(['done', 'refused', 'failed']).optional(),
  from: instant.optional(),
  to: instant.optional(),
} as const;

/**
 * One page of what was done, newest first. Walks `audit_events_list`; by entity or actor `audit_events_of_entity` and
 * `audit_events_of_actor`.
 */
export async function listAudit(context: Context, query: ListQuery = {}): Promise<Page<AuditView>> {
  context.require('identity.audit.read');
  return readAudit(context, query, eq(auditEvents.organizationId, context.organizationId));
}

/** The same of what happened in no organization: the platform's own, and attempts under unknown names. */
export async function listPlatformAudit(context: Context, query: ListQuery = {}): Promise<Page<AuditView>> {
  context.require('platform.audit.read');
  return readAudit(context, query, sql`${auditEvents.organizationId} is null`);
}

async function readAudit(context: Context, query: ListQuery, where: SQL): Promise<Page<AuditView>> {
  const limit = query.limit ?? 100;
  const { action, actor, entityType, entityId, outcome, from, to } = query.filter ?? {};
  const rows = await context.db
    .select()
    .from(auditEvents)
    .where(
      and(
        where,
        action === undefined
          ? undefined
          : action.endsWith('*')
            ? like(auditEvents.action, `${action.slice(0, -1).replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`)
            : eq(auditEvents.action, action),
        actor === undefined ? undefined : eq(auditEvents.actorId, actor),
        entityType === undefined ? undefined : eq(auditEvents.entityType, entityType),
        entityId === undefined ? undefined : eq(auditEvents.entityId, entityId),
        outcome === undefined ? undefined : eq(auditEvents.outcome, outcome as 'done'),
        from === undefined ? undefined : gte(auditEvents.at, new Date(from)),
        to === undefined ? undefined : lt(auditEvents.at, new Date(to)),
        afterCursor(query.cursor, auditEvents.at, auditEvents.id, true),
      ),
    )
    .orderBy(desc(auditEvents.at), desc(auditEvents.id))
    .limit(limit + 1);
  return toPage(rows, limit, toView, ({ at, id }) => ({ at, id }));
}

const EXPORT_PAGE = 1_000;

/** The audit as JSON lines, page by page, oldest page last: a year of it never stands in memory at once. */
export async function* exportAudit(context: Context, query: ListQuery = {}): AsyncGenerator<Uint8Array> {
  context.require('identity.audit.export');
  const encoder = new TextEncoder();
  const reader = context.withPermissions(['identity.audit.read']);
  let cursor: string | undefined;
  do {
    const page: Page<AuditView> = await listAudit(reader, {
      ...query,
      limit: EXPORT_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.items.length > 0) yield encoder.encode(page.items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

function toView(row: typeof auditEvents.$inferSelect): AuditView {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    entityType: row.entityType,
    entityId: row.entityId,
    outcome: row.outcome,
    errorCode: row.errorCode,
    before: row.before,
    after: row.after,
    meta: row.meta,
    requestId: row.requestId,
    ip: row.ip,
  };
}
