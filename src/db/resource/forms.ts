import { getTableColumns } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { readChildren } from './children.ts';
import type { Dto, Form, Resource, Row } from './definition.ts';
import { invalid } from './refusals.ts';

const SYSTEM_COLUMNS = new Set(['id', 'organizationId', 'createdAt', 'updatedAt']);

/** The form of untrusted input. Throws `validation.failed` with every problem, by field. */
export function parseForm(resource: Resource, input: unknown): Form {
  const parsed = resource.schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })));
}

/** Only what the form's schema knows: a table may carry more (a modem's last snapshot). */
export function columnsOf(resource: Resource, form: Form): Record<string, unknown> {
  const known = shapeOf(resource);
  const columns = fieldsOf(resource)
    .filter((field) => known.has(field))
    .map((field) => [field, form[field] ?? null]);
  return { ...Object.fromEntries(columns), ...resource.derived?.(form) };
}

export async function toForms(context: Context, resource: Resource, rows: readonly Row[]): Promise<Form[]> {
  const known = shapeOf(resource);
  const forms = rows.map((row) =>
    Object.fromEntries(
      fieldsOf(resource)
        .filter((field) => known.has(field) && row[field] !== null)
        .map((field) => [field, row[field]]),
    ),
  );
  for (const [field, child] of Object.entries(resource.children ?? {})) {
    const lists = await readChildren(context, child, rows);
    forms.forEach((form, index) => {
      form[field] = lists.get(rows[index]?.id ?? '') ?? [];
    });
  }
  return forms;
}

export async function toDtos(context: Context, resource: Resource, rows: readonly Row[]): Promise<Dto[]> {
  const forms = await toForms(context, resource, rows);
  return rows.map((row, index) => ({
    id: row.id,
    ...forms[index],
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}

export function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const base: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete base[field];
    else base[field] = mergePatch(base[field], value);
  }
  return base;
}

function fieldsOf(resource: Resource): string[] {
  return Object.keys(getTableColumns(resource.table)).filter(
    (name) => !SYSTEM_COLUMNS.has(name) && !(resource.secrets ?? []).some((secret) => name === `${secret}SecretId`),
  );
}

function shapeOf(resource: Resource): ReadonlySet<string> {
  return new Set(Object.keys((resource.schema as unknown as { shape: object }).shape));
}
