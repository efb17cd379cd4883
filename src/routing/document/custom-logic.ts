import { z } from 'zod';
import { nameSchema, statusSchema, wholeNumber } from './common.ts';
import { targetSchema } from './target.ts';

/** The longest a caller waits in silence for somebody else's server. */
const CUSTOM_LOGIC_BUDGET_MS = 800;

/** An endpoint of the customer that decides where a call goes: it answers a target, or CXML. */
export const customLogicSchema = z.strictObject({
  name: nameSchema,
  status: statusSchema,
  url: z
    .url({ protocol: /^https$/, error: 'give the https:// address of the endpoint' })
    .max(2000, 'use at most 2000 characters'),
  /** Signs each request as Standard Webhooks says. */
  secret: z
    .string('the secret is missing')
    .min(16, 'use at least 16 characters')
    .max(255, 'use at most 255 characters'),
  timeoutMs: wholeNumber(100, CUSTOM_LOGIC_BUDGET_MS).default(CUSTOM_LOGIC_BUDGET_MS),
  /** Where calls go when the endpoint fails, hangs or answers nonsense. */
  fallback: targetSchema.default('hangup'),
});

export type CustomLogic = Readonly<z.output<typeof customLogicSchema>>;
