import { z } from 'zod';
import { type Form, keyOf } from '../../db/resource.ts';
import type { PlanDocument } from '../../routing/index.ts';
import { voiceResources } from '../../voice/index.ts';
import { changesOf, differingFields } from '../changes.ts';

/** What stands where a secret would. */
const HIDDEN = '(secret)';

/** One object that differs between two plans. */
export const planChangeSchema = z.object({
  action: z.enum(['create', 'change', 'delete']),
  /** `ring group sales`. */
  object: z.string(),
  section: z.string(),
  /** The fields that differ; of a new or deleted object those it has. */
  fields: z.array(z.object({ field: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
});

export type PlanChange = z.output<typeof planChangeSchema>;

/** Parts of a plan that are no lists of objects. */
const SINGLE = { organization: 'organization', settings: 'voice settings', voice: 'voice policy' } as const;

/** What has to be done to the first plan to get the second, object by object, with values; secrets are only named. */
export function planDiff(before: PlanDocument, after: PlanDocument): PlanChange[] {
  const singles = (Object.entries(SINGLE) as [keyof typeof SINGLE, string][]).flatMap(([section, object]) => {
    const [left, right] = [(before[section] ?? {}) as Form, (after[section] ?? {}) as Form];
    const fields = fieldsOf(left, right, differingFields(left, right), []);
    return fields.length === 0 ? [] : [{ action: 'change' as const, object, section, fields }];
  });
  const objects = voiceResources.flatMap((resource) => {
    const [left, right] = [formsOf(before, resource.section), formsOf(after, resource.section)];
    const find = (forms: readonly Form[], key: string) => forms.find((form) => keyOf(resource, form) === key) ?? {};
    return changesOf(resource, left, right).map(({ action, object, section, key }) => {
      const [old, fresh] = [find(left, key), find(right, key)];
      return {
        action,
        object,
        section,
        fields: fieldsOf(old, fresh, differingFields(old, fresh), resource.secrets ?? []),
      };
    });
  });
  return [...singles, ...objects];
}

function formsOf(document: PlanDocument, section: string): readonly Form[] {
  return ((document as Readonly<Record<string, unknown>>)[section] ?? []) as readonly Form[];
}

function fieldsOf(
  before: Form,
  after: Form,
  names: readonly string[],
  secrets: readonly string[],
): PlanChange['fields'] {
  return names.map((field) => {
    const shown = (form: Form) => (secrets.includes(field) && form[field] !== undefined ? HIDDEN : form[field]);
    const [old, fresh] = [shown(before), shown(after)];
    return {
      field,
      ...(old === undefined ? {} : { before: old }),
      ...(fresh === undefined ? {} : { after: fresh }),
    };
  });
}
