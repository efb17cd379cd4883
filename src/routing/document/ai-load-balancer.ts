import { z } from 'zod';
import { nameSchema, statusSchema, wholeNumber } from './common.ts';
import { targetSchema } from './target.ts';

const loadBalancerMemberSchema = z.strictObject({
  assistant: nameSchema,
  /** Order for `sequential` and `round_robin`; lower comes first. */
  position: wholeNumber(1, 1000).default(1),
  /** Share for `weighted_random` and `sticky`; 0 takes no calls there. */
  weight: wholeNumber(0, 1000).default(1),
  status: statusSchema,
});

const STRATEGIES = ['round_robin', 'weighted_random', 'sequential', 'least_active', 'sticky'] as const;

/**
 * Several assistants behind one target. One whose calls are all taken, or that rests, is passed over. With `followThrough`
 * one that fails is followed by the next untried, else by the fallback.
 */
export const aiLoadBalancerSchema = z.strictObject({
  name: nameSchema,
  status: statusSchema,
  strategy: z.enum(STRATEGIES, `use one of ${STRATEGIES.join(', ')}`).default('round_robin'),
  followThrough: z.boolean('use true or false').default(false),
  members: z
    .array(loadBalancerMemberSchema, 'list the members')
    .min(1, 'a load balancer needs at least one member')
    .max(50, 'a load balancer has at most 50 members'),
  /** Failures in a row after which a member gets no calls for a while; 0: it always gets them. */
  restAfterFailures: wholeNumber(0, 100).default(3),
  /** How long it rests; then one call tries it. */
  restSeconds: wholeNumber(5, 3600).default(60),
  fallback: targetSchema.default('hangup'),
});

export type AiLoadBalancer = Readonly<z.output<typeof aiLoadBalancerSchema>>;
export type LoadBalancerMember = AiLoadBalancer['members'][number];
