import type { LoadBalancerMember } from './document/ai-load-balancer.ts';

/** Members in the order of their position; members of one position keep the order of the document. */
export function byPosition(members: readonly LoadBalancerMember[]): readonly LoadBalancerMember[] {
  return [...members].sort((left, right) => left.position - right.position);
}

/** The list begun at `start`, wrapped around. */
export function rotated<Item>(items: readonly Item[], start: number): readonly Item[] {
  const from = items.length === 0 ? 0 : start % items.length;
  return [...items.slice(from), ...items.slice(0, from)];
}

/** One member with a chance in proportion to its weight; `random` is in [0, 1). Undefined when no member has weight. */
export function pickByWeight(members: readonly LoadBalancerMember[], random: number): LoadBalancerMember | undefined {
  const total = members.reduce((sum, member) => sum + member.weight, 0);
  let left = random * total;
  for (const member of members) {
    left -= member.weight;
    if (left < 0) return member;
  }
  return undefined;
}
