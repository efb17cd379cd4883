import type { PlanDocument } from '../../routing/index.ts';
import { voiceObjects } from '../objects.ts';

/** Secret fields by `section/key/field`. */
export type SecretFields = Readonly<Record<string, string>>;

type Item = Readonly<Record<string, unknown>>;

/** Parts a document into what may stand in a table and what must be sealed. */
export function takeSecrets(document: PlanDocument): { readonly open: PlanDocument; readonly secrets: SecretFields } {
  const secrets: Record<string, string> = {};
  const open = mapSecretItems(document, (item, place, fields) => {
    const rest = { ...item };
    for (const field of fields) {
      const value = rest[field];
      if (typeof value === 'string') secrets[`${place}/${field}`] = value;
      delete rest[field];
    }
    return rest;
  });
  return { open, secrets };
}

/** Puts them together again. */
export function putSecrets(open: PlanDocument, secrets: SecretFields): PlanDocument {
  return mapSecretItems(open, (item, place, fields) => {
    const found = fields.map((field) => [field, secrets[`${place}/${field}`]] as const);
    return { ...item, ...Object.fromEntries(found.filter(([, value]) => value !== undefined)) };
  });
}

function mapSecretItems(
  document: PlanDocument,
  change: (item: Item, place: string, fields: readonly string[]) => Item,
): PlanDocument {
  const changed: Record<string, unknown> = { ...document };
  for (const { section, key, secrets } of voiceObjects) {
    if (secrets === undefined) continue;
    const items = document[section] as readonly Item[] | undefined;
    // A document that an earlier release stored may lack the section.
    if (items === undefined) continue;
    changed[section] = items.map((item) => change(item, `${section}/${String(item[key])}`, secrets));
  }
  return changed as PlanDocument;
}
