import { z } from 'zod';
import { extensionNumberSchema, nameSchema, statusSchema, wholeNumber } from './common.ts';
import { targetSchema } from './target.ts';

/** Several people behind one target. `turns` is how often the whole group is gone through before the fallback. */
export const ringGroupSchema = z.strictObject({
  name: nameSchema,
  status: statusSchema,
  strategy: z
    .enum(['simultaneous', 'round_robin', 'sequential'], 'use simultaneous, round_robin or sequential')
    .default('simultaneous'),
  timeoutSeconds: wholeNumber(1, 600).default(30),
  turns: wholeNumber(1, 100).default(1),
  maxCallDurationSeconds: wholeNumber(10, 86_400).optional(),
  members: z
    .array(extensionNumberSchema, 'list the extension numbers of the members')
    .min(1, 'a ring group needs at least one member')
    .max(100, 'a ring group has at most 100 members'),
  fallback: targetSchema.default('hangup'),
});

export type RingGroup = Readonly<z.output<typeof ringGroupSchema>>;
