import { getTableColumns } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { z } from 'zod';
import type { Context } from '../context.ts';

/** An object as people write it: natural keys, no ids, absent instead of null. */
export type Form = Readonly<Record<string, unknown>>;

/** A form as the API answers it. */
export type Dto = Form & { readonly id: string; readonly createdAt: string; readonly updatedAt: string };

/** A list inside a form that has a table of its own; rows keep their order by `listIndex`. */
export interface ChildList {
  readonly table: PgTable & { organizationId: PgColumn; listIndex: PgColumn };
  /** The column, by its name in the table object, that holds the parent's id. */
  readonly parent: string;
  /** For a list of plain values: the column that holds the value. Otherwise columns are named as the item's fields. */
  readonly value?: string;
  /** Columns that tell this list from others in the same table. */
  readonly fixed?: Readonly<Record<string, string>>;
}

type ResourceTable = PgTable & { id: PgColumn; organizationId: PgColumn; createdAt: PgColumn; updatedAt: PgColumn };

/**
 * One kind of object, said once: the API, the configuration file, the audit and the permission checks are made of it.
 * Every field of `schema` is a column of the same name, a child list, or a secret (column `<field>SecretId`).
 */
export interface Resource {
  /** Plural, in the URL: `ring-groups`. */
  readonly path: string;
  /** Plural, in the configuration file: `ringGroups`. */
  readonly section: string;
  /** Singular, for people: `ring group`. */
  readonly noun: string;
  /** `area.object`; `.read` and `.write` are what an actor needs. */
  readonly permission: string;
  readonly table: ResourceTable;
  readonly schema: z.ZodType<Form>;
  /** The field people name it by. */
  readonly key: string;
  /** Columns computed from the form, e.g. a display name; `key` may be one of them. */
  readonly derived?: (form: Form) => Form;
  readonly children?: Readonly<Record<string, ChildList>>;
  readonly secrets?: readonly string[];
  /** Columns that a list may be filtered by, for equality. Each needs to be selective or the table small. */
  readonly filters?: readonly string[];
  /** Columns that a list may be sorted by, besides `createdAt`. */
  readonly sorts?: readonly string[];
  /** Text columns that `search` looks into, for people; the key always is one. */
  readonly searches?: readonly string[];
  /** Fields that are answered only to who holds this permission besides `.read`. */
  readonly restricted?: Readonly<Record<string, string>>;
  /** What points at the object, in words for the refusal to delete it. */
  readonly usedBy?: (context: Context, form: Form) => Promise<readonly string[]>;
  /** Called in the transaction of every change. */
  readonly changed?: (context: Context) => void;
}

export type Row = Record<string, unknown> & { id: string; createdAt: Date; updatedAt: Date };

export function columnOf(resource: Resource, field: string): PgColumn {
  const column = (getTableColumns(resource.table) as Record<string, PgColumn>)[field];
  if (column === undefined) throw new Error(`${resource.path} has no column ${field}`);
  return column;
}

/** The natural key of a form. */
export function keyOf(resource: Resource, form: Form): string {
  return String({ ...form, ...resource.derived?.(form) }[resource.key] ?? '');
}
