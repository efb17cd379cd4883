import { z } from 'zod';
import { e164Schema, labelSchema, wholeNumber } from './common.ts';

/** What may happen to a caller who is found on a list. `allow` is the exception that wins over everything else. */
const TREATMENTS = ['drop', 'reject', 'torment', 'allow'] as const;

/** How long a tormented caller is held when nothing else is said. */
export const TORMENT_SECONDS = 300;

/** The fields that a single entry and a whole list share. */
export const treatmentFields = {
  /** `drop` hangs up without a word, `reject` refuses, `torment` keeps the caller on hold, `allow` lets through. */
  action: z.enum(TREATMENTS, `use one of ${TREATMENTS.join(', ')}`).default('reject'),
  /** For people; it stands in the block log. */
  reason: labelSchema.default(''),
  /** What a rejected caller hears first; without it the call is refused in silence. */
  say: z.string('must be text').trim().min(1, 'say something').max(500, 'use at most 500 characters').optional(),
  /** What the network is told of a rejected call. */
  cause: z.enum(['rejected', 'busy'], 'use rejected or busy').optional(),
  tormentSeconds: wholeNumber(5, 3600).optional(),
  /** Only calls to these numbers of ours; absent: to all of them. */
  numbers: z.array(e164Schema, 'list the numbers').min(1, 'list at least one number, or leave it out').optional(),
};

export interface Treatment {
  readonly action: (typeof TREATMENTS)[number];
  readonly reason: string;
  readonly say?: string | undefined;
  readonly cause?: 'rejected' | 'busy' | undefined;
  readonly tormentSeconds?: number | undefined;
  readonly numbers?: readonly string[] | undefined;
}

/** Fields that mean nothing for this action, each with what to do. */
export function treatmentProblems(treatment: Treatment): { readonly field: string; readonly message: string }[] {
  const problems: { field: string; message: string }[] = [];
  const only = (field: 'say' | 'cause' | 'tormentSeconds', action: Treatment['action']) => {
    if (treatment[field] !== undefined && treatment.action !== action)
      problems.push({ field, message: `only action: ${action} has ${field}` });
  };
  only('say', 'reject');
  only('cause', 'reject');
  only('tormentSeconds', 'torment');
  return problems;
}
