import { z } from 'zod';
import type { Context } from '../db/context.ts';
import type { Dto, Form, Resource } from '../db/resource.ts';

/** What of an object is answered. */
export interface Presentation {
  /** These fields and the id; absent: all. */
  readonly fields?: readonly string[];
  /** What is not part of the object and costs a look elsewhere. */
  readonly include?: readonly string[];
}

/** What may be asked to be included: `usedBy`, what points at the object, where the kind knows that. */
export function includesOf(definition: Resource): readonly string[] {
  return definition.usedBy === undefined ? [] : ['usedBy'];
}

/** The objects as this actor may see them: asked-for fields, included facts, nothing restricted. */
export async function present(
  context: Context,
  definition: Resource,
  dtos: readonly Dto[],
  { fields, include = [] }: Presentation = {},
): Promise<readonly Form[]> {
  const hidden = Object.entries(definition.restricted ?? {})
    .filter(([, permission]) => !context.may(permission, 'some'))
    .map(([field]) => field);
  const shown: Form[] = [];
  for (const dto of dtos) {
    const usedBy = include.includes('usedBy') ? await definition.usedBy?.(context, dto) : undefined;
    const entries = Object.entries({ ...dto, ...(usedBy === undefined ? {} : { usedBy }) }).filter(
      ([field]) =>
        !hidden.includes(field) && (fields === undefined || field === 'id' || [...fields, ...include].includes(field)),
    );
    shown.push(Object.fromEntries(entries));
  }
  return shown;
}

/** The query parameters for it. */
export function presentationQuery(fields: readonly string[], includes: readonly string[]): Record<string, z.ZodType> {
  return {
    fields: someOf(fields).meta({
      description: 'Only these fields, with commas between them; the id is always there.',
    }),
    ...(includes.length === 0
      ? {}
      : { include: someOf(includes).meta({ description: 'Facts from elsewhere: what uses the object.' }) }),
  };
}

function someOf(names: readonly string[]) {
  const words = `use some of ${names.join(', ')}, with commas between them`;
  return z
    .string()
    .max(1000)
    .transform((text) => text.split(',').map((name) => name.trim()))
    .refine((chosen) => chosen.every((name) => names.includes(name)), words)
    .optional();
}
