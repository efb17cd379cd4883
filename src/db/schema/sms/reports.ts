import { sql } from 'drizzle-orm';
import { index, integer, text, unique, uuid } from 'drizzle-orm/pg-core';
import { id, instant, tenantReference } from '../columns.ts';
import { organization, sms } from './base.ts';
import { messageParts } from './parts.ts';

export const deliveryReports = sms.table(
  'delivery_reports',
  {
    id: id(),
    organizationId: organization(),
    modemId: uuid('modem_id').notNull(),
    /** Null while no slice matches: the report may come before the +CMGS line of its slice. */
    partId: uuid('part_id'),
    reference: integer('reference').notNull(),
    recipient: text('recipient').notNull(),
    status: integer('status').notNull(),
    outcome: text('outcome', { enum: ['delivered', 'pending', 'failed'] }).notNull(),
    serviceCentreTime: text('service_centre_time'),
    dischargeTime: text('discharge_time'),
    pdu: text('pdu').notNull(),
    receivedAt: instant('received_at').notNull(),
  },
  (table) => [
    unique('delivery_reports_key').on(table.organizationId, table.modemId, table.pdu),
    tenantReference(
      'delivery_reports_part',
      { organizationId: table.organizationId, column: table.partId },
      { organizationId: messageParts.organizationId, column: messageParts.id },
      'cascade',
    ),
    index('delivery_reports_orphans')
      .on(table.organizationId, table.modemId, table.reference)
      .where(sql`${table.partId} is null`),
  ],
);
