import { type Form, keyOf, type Resource } from '../db/resource.ts';
import type { CloudonixSettings } from '../voice/index.ts';

/** One line of a plan: what `apply` will do, or did. */
export interface Change {
  readonly action: 'create' | 'change' | 'delete';
  readonly section: string;
  /** The object's kind and natural key, for people: `ring group sales`. */
  readonly object: string;
  readonly key: string;
  /** Names of the fields that differ. Never their values: some are secret. */
  readonly fields?: readonly string[];
}

/** What has to happen to make `current` equal to `desired`; both in file form. Pure. */
export function changesOf(resource: Resource, current: readonly Form[], desired: readonly Form[]): Change[] {
  const before = new Map(current.map((form) => [keyOf(resource, form), form]));
  const after = new Map(desired.map((form) => [keyOf(resource, form), form]));
  const line = (action: Change['action'], key: string, fields?: readonly string[]): Change => ({
    action,
    section: resource.section,
    object: `${resource.noun} ${key}`,
    key,
    ...(fields === undefined ? {} : { fields }),
  });
  const changes: Change[] = [];
  for (const [key, form] of after) {
    const existing = before.get(key);
    if (existing === undefined) {
      changes.push(line('create', key));
      continue;
    }
    const fields = differingFields(existing, form);
    if (fields.length > 0) changes.push(line('change', key, fields));
  }
  for (const key of before.keys()) if (!after.has(key)) changes.push(line('delete', key));
  return changes;
}

/** Fields whose values differ; absent and undefined are the same, the order of keys does not count, that of lists does. */
export function differingFields(left: Form | CloudonixSettings, right: Form | CloudonixSettings): string[] {
  const before = left as Form;
  const after = right as Form;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => canonical(before[name]) !== canonical(after[name])).sort();
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
