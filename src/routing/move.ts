import { type Target, targetKey } from './document/target.ts';
import type { CallState, Origin } from './state.ts';

/** Where a node keeps its position, a moved call keeps who moved it. No node uses this name. */
const MOVED_BY = 'movedBy';

/** What is known of a call that somebody moves by hand. */
export interface MovedCall {
  readonly origin: Origin;
  readonly did?: string;
  /** Documents answered so far. */
  readonly documents: number;
}

/**
 * The state in which a call comes back after somebody moved it: it enters `to` as though it had just been sent there. What
 * it has visited is forgotten, for a person decides differently than a plan; the bound on documents stays.
 */
export function movedTo(to: Target, call: MovedCall, by: string): CallState {
  return {
    origin: call.origin,
    ...(call.did === undefined ? {} : { did: call.did }),
    node: targetKey(to),
    position: { [MOVED_BY]: by },
    documents: call.documents,
    visits: {},
  };
}

/** Who moved the call here; undefined for a call that comes back to where it was. */
export function moverOf({ position }: CallState): string | undefined {
  const by = position[MOVED_BY];
  return typeof by === 'string' ? by : undefined;
}
