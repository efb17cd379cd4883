import { z } from 'zod';
import { statusSchema } from './common.ts';
import { treatmentFields, treatmentProblems } from './treatment.ts';

/** The pattern of an entry for callers who show no number. */
const ANONYMOUS = 'anonymous';

/** Callers who are not let in, and exceptions to that (`action: allow`), one by one. */
export const inboundBlacklistSchema = z
  .strictObject({
    pattern: z
      .string('put the pattern in quotes: "+1976"')
      .regex(/^(?:anonymous|(?=.*[0-9*?])\+?[0-9*?]{1,49})$/, 'use digits with a leading "+", and * or ? in a wildcard')
      .default(ANONYMOUS),
    match: z
      .enum(['exact', 'prefix', 'wildcard', 'anonymous'], 'use exact, prefix, wildcard or anonymous')
      .default('exact'),
    ...treatmentFields,
    status: statusSchema,
    /** When the entry ends by itself. */
    expiresAt: z.iso.datetime({ offset: true, error: 'write an instant such as 2026-12-31T00:00:00Z' }).optional(),
  })
  .superRefine((entry, context) => {
    const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (entry.match !== 'anonymous' && entry.pattern === ANONYMOUS)
      refuse('pattern', 'give the pattern, or match: anonymous for callers who show no number');
    if (entry.match === 'anonymous' && entry.pattern !== ANONYMOUS)
      refuse('pattern', 'an entry with match: anonymous has no pattern');
    if (entry.match !== 'wildcard' && /[*?]/.test(entry.pattern))
      refuse('match', 'a pattern with * or ? needs match: wildcard');
    for (const { field, message } of treatmentProblems(entry)) refuse(field, message);
  });

export type InboundBlacklistEntry = Readonly<z.output<typeof inboundBlacklistSchema>>;
