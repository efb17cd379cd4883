import { z } from 'zod';
import { labelSchema, statusSchema } from './common.ts';

/** Callers who are not let in. `drop` hangs up without a word, `reject` refuses the call. */
export const inboundBlacklistSchema = z
  .strictObject({
    pattern: z
      .string('put the pattern in quotes: "+1976"')
      .regex(/^(?=.*[0-9*?])\+?[0-9*?]{1,49}$/, 'use digits with a leading "+", and * or ? in a wildcard'),
    match: z.enum(['exact', 'prefix', 'wildcard'], 'use exact, prefix or wildcard').default('exact'),
    action: z.enum(['drop', 'reject'], 'use drop or reject').default('reject'),
    reason: labelSchema.default(''),
    status: statusSchema,
  })
  .refine((entry) => entry.match === 'wildcard' || !/[*?]/.test(entry.pattern), {
    path: ['match'],
    message: 'a pattern with * or ? needs match: wildcard',
  });

export type InboundBlacklistEntry = Readonly<z.output<typeof inboundBlacklistSchema>>;
