import { z } from 'zod';
import { nameSchema, statusSchema, wholeNumber } from './common.ts';
import { targetSchema } from './target.ts';

const loadBalancerMemberSchema = z.strictObject({
  assistant: nameSchema,
  /** Order for `sequential` and `round_robin`; lower comes first. */
  position: wholeNumber(1, 1000).default(1),
  /** Share for `weighted_random`; 0 takes no calls. */
  weight: wholeNumber(0, 1000).default(1),
  status: statusSchema,
});

/** Several assistants behind one target. With `followThrough` a failed one is followed by the next, else the fallback. */
export const aiLoadBalancerSchema = z.strictObject({
  name: nameSchema,
  status: statusSchema,
  strategy: z
    .enum(['round_robin', 'weighted_random', 'sequential'], 'use round_robin, weighted_random or sequential')
    .default('round_robin'),
  followThrough: z.boolean('use true or false').default(false),
  members: z
    .array(loadBalancerMemberSchema, 'list the members')
    .min(1, 'a load balancer needs at least one member')
    .max(50, 'a load balancer has at most 50 members'),
  fallback: targetSchema.default('hangup'),
});

export type AiLoadBalancer = Readonly<z.output<typeof aiLoadBalancerSchema>>;
export type LoadBalancerMember = AiLoadBalancer['members'][number];
