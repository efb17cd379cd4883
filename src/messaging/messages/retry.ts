import { z } from 'zod';
import { DEFAULT_RETRY, type RetryPolicy } from '../rules/refusal.ts';

const MANY = 50;

/** What a message may say about being tried again; what it leaves out is the default. */
export const retrySchema = z.strictObject({
  temporary: z
    .int('use a whole number')
    .min(0)
    .max(MANY, `use at most ${MANY}`)
    .optional()
    .meta({ description: 'Further attempts after refusals that may pass (congestion, no coverage). Default 7.' }),
  permanent: z
    .int('use a whole number')
    .min(0)
    .max(MANY, `use at most ${MANY}`)
    .optional()
    .meta({ description: 'Further attempts after refusals that should be final (unknown number). Default 0.' }),
  modem: z.int('use a whole number').min(0).max(MANY, `use at most ${MANY}`).optional().meta({
    description: 'Further attempts when the modem itself is not able. Default: as long as the text is valid.',
  }),
  unknown: z
    .enum(['hold', 'resend'], 'use hold or resend')
    .optional()
    .meta({ description: 'What follows when nobody can tell whether a part went out. Default: the policy.' }),
});

export type RetryWish = z.output<typeof retrySchema>;

/** The retries of a stored message. */
export function retryPolicyOf(stored: unknown): RetryPolicy {
  const wish = retrySchema.safeParse(stored ?? {}).data ?? {};
  return {
    temporary: wish.temporary ?? DEFAULT_RETRY.temporary,
    permanent: wish.permanent ?? DEFAULT_RETRY.permanent,
    modem: wish.modem ?? DEFAULT_RETRY.modem,
  };
}
