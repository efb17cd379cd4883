import { z } from 'zod';
import { nameSchema, statusSchema } from './common.ts';
import { treatmentFields, treatmentProblems } from './treatment.ts';

/**
 * What happens to callers on a long list. The numbers themselves are no part of the document: there may be a million of
 * them, they are imported and change one by one, and the plan stays small.
 */
export const blockListSchema = z
  .strictObject({ name: nameSchema, status: statusSchema, ...treatmentFields })
  .superRefine((list, context) => {
    for (const { field, message } of treatmentProblems(list))
      context.addIssue({ code: 'custom', path: [field], message });
  });

export type BlockList = Readonly<z.output<typeof blockListSchema>>;
