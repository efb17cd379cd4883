import { z } from 'zod';
import { extensionNumberSchema, nameSchema, statusSchema, wholeNumber } from './common.ts';
import { targetSchema } from './target.ts';

const STRATEGIES = ['simultaneous', 'round_robin', 'sequential', 'least_recent', 'weighted'] as const;

/** Several people behind one target. `turns` is how often the whole group is gone through before the fallback. */
export const ringGroupSchema = z
  .strictObject({
    name: nameSchema,
    status: statusSchema,
    strategy: z.enum(STRATEGIES, `use ${STRATEGIES.join(', ')}`).default('simultaneous'),
    timeoutSeconds: wholeNumber(1, 600).default(30),
    turns: wholeNumber(1, 100).default(1),
    maxCallDurationSeconds: wholeNumber(10, 86_400).optional(),
    members: z
      .array(extensionNumberSchema, 'list the extension numbers of the members')
      .min(1, 'a ring group needs at least one member')
      .max(100, 'a ring group has at most 100 members'),
    /** For `weighted`: a member's share, 1 unless said; 0 rings only when the others did not answer. */
    weights: z.record(extensionNumberSchema, wholeNumber(0, 1000)).optional(),
    fallback: targetSchema.default('hangup'),
  })
  .superRefine((group, context) => {
    if (group.weights === undefined) return;
    if (group.strategy !== 'weighted') {
      const message = 'only a group of strategy weighted has weights';
      context.addIssue({ code: 'custom', path: ['weights'], message });
    }
    for (const number of Object.keys(group.weights)) {
      if (group.members.includes(number)) continue;
      const message = `${number} is not a member of this group`;
      context.addIssue({ code: 'custom', path: ['weights', number], message });
    }
  });

export type RingGroup = Readonly<z.output<typeof ringGroupSchema>>;
