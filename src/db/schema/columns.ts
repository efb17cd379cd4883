import {
  type AnyPgColumn,
  customType,
  foreignKey,
  type PgTableExtraConfigValue,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { uuidv7 } from '../../core/ids.ts';

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
});

/** Text that is compared byte by byte: its index serves prefixes, whatever the locale of the database. */
export const byteText = customType<{ data: string; driverData: string }>({ dataType: () => 'text collate "C"' });

/** UUIDv7 made by the application, so that ids sort by age on every Postgres. */
export const id = () =>
  uuid('id')
    .primaryKey()
    .$defaultFn(() => uuidv7());

/** UTC instant. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const createdAt = () => instant('created_at').notNull().defaultNow();

export const updatedAt = () =>
  instant('updated_at')
    .notNull()
    .defaultNow()
    .$onUpdateFn(() => new Date());

/** The tenant of a row. Every tenant table has it, and every unique key and foreign key includes it (promise P6). */
export const tenant = () => uuid('organization_id').notNull();

/**
 * A reference that cannot cross tenants: both sides carry the organization, so a row of one organization can never
 * point at a row of another.
 */
export function tenantReference(
  name: string,
  from: { organizationId: AnyPgColumn; column: AnyPgColumn },
  to: { organizationId: AnyPgColumn; column: AnyPgColumn },
  onDelete: 'cascade' | 'restrict' | 'no action' = 'restrict',
): PgTableExtraConfigValue {
  return foreignKey({
    name,
    columns: [from.organizationId, from.column],
    foreignColumns: [to.organizationId, to.column],
  })
    .onDelete(onDelete)
    .onUpdate('cascade');
}

/** `unique (organization_id, id)`: what composite foreign keys point at. */
export function tenantKey(
  name: string,
  table: { organizationId: AnyPgColumn; id: AnyPgColumn },
): PgTableExtraConfigValue {
  return unique(name).on(table.organizationId, table.id);
}

/** A route target in its natural form, `type:key` or `hangup` (ADR 0006). */
export const target = (name: string) => text(name);
