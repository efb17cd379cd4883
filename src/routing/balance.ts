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

/**
 * All members that have weight, in an order drawn by weight: each is first in proportion to its share, and so on among
 * the rest. `random` is in [0, 1).
 */
export function byWeight<Member extends { readonly weight: number }>(
  members: readonly Member[],
  random: number,
): readonly Member[] {
  const left = members.filter((member) => member.weight > 0);
  const order: Member[] = [];
  while (left.length > 0) {
    let share = random * left.reduce((sum, member) => sum + member.weight, 0);
    const found = left.findIndex((member) => {
      share -= member.weight;
      return share < 0;
    });
    order.push(...left.splice(Math.max(found, 0), 1));
  }
  return order;
}

/**
 * All members that have weight, in the caller's own order: always the same for one caller, spread over callers by weight,
 * and a member that comes or goes moves only its own callers (weighted rendezvous hashing; Thaler and Ravishankar 1998).
 */
export function byCaller(members: readonly LoadBalancerMember[], caller: string): readonly LoadBalancerMember[] {
  return members
    .filter((member) => member.weight > 0)
    .map((member) => ({ member, score: -member.weight / Math.log(shareOf(`${caller}\n${member.assistant}`)) }))
    .sort((left, right) => right.score - left.score)
    .map(({ member }) => member);
}

/** A number in (0, 1) that stands for the text (FNV-1a, stirred, as its low bits alone are not even). */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 4_294_967_296;
}
