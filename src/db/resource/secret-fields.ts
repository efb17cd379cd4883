import type { Context } from '../context.ts';
import { storeSecret } from '../secret-store.ts';
import type { Form, Resource, Row } from './definition.ts';

export async function sealSecrets(
  context: Context,
  resource: Resource,
  form: Form,
): Promise<Record<string, string | null>> {
  const ids: Record<string, string | null> = {};
  for (const field of resource.secrets ?? []) {
    const value = form[field];
    ids[`${field}SecretId`] =
      typeof value === 'string' ? await storeSecret(context, `${resource.permission}.${field}`, value) : null;
  }
  return ids;
}

export function secretIdsOf(resource: Resource, rows: readonly Row[]): string[] {
  return rows
    .flatMap((row) => (resource.secrets ?? []).map((field) => row[`${field}SecretId`]))
    .filter((id): id is string => typeof id === 'string');
}

export function openSecrets(resource: Resource, row: Row | undefined, plaintexts: ReadonlyMap<string, string>): Form {
  const entries = (resource.secrets ?? []).map(
    (field) => [field, plaintexts.get(String(row?.[`${field}SecretId`]))] as const,
  );
  return Object.fromEntries(entries.filter(([, plaintext]) => plaintext !== undefined));
}
