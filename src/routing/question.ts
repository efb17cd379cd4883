import { assertNever } from '../core/errors.ts';
import {
  secondsLeft,
  UNLIMITED_SECONDS,
  type Usage,
  type UsageQuestion,
  usageAnswer,
  withCall,
} from './outside/usage.ts';

/**
 * A question to the state that every process of an installation shares (promise P8). Asking changes the state, by one
 * atomic statement, and the answer is one number. A question has a key, and a decision asks each key once.
 */
export type Question =
  | TickQuestion
  | LeastRecentQuestion
  | WindowQuestion
  | EngageQuestion
  | UsageQuestion
  | SeatQuestion;

/** One tick of a rotation pointer: 0 for the first, then 1, 2, … */
export interface TickQuestion {
  readonly kind: 'tick';
  readonly key: string;
}

/** Whose turn is longest ago; from now on it is the latest. The answer is an index of `among`, which is not empty. */
export interface LeastRecentQuestion {
  readonly kind: 'least_recent';
  readonly key: string;
  readonly among: readonly string[];
}

/** How much was counted under the key since its window began, with `add` (0 only looks). A window begins with its first count. */
export interface WindowQuestion {
  readonly kind: 'window';
  readonly key: string;
  readonly add: number;
  readonly seconds: number;
}

/**
 * Takes one call's place at an assistant that has room and does not rest. The answer is an index of `among`, or -1 when
 * nobody is free. The place is given back when the call goes on or ends, at the latest after `holdSeconds`.
 */
export interface EngageQuestion {
  readonly kind: 'engage';
  readonly key: string;
  /**
   * `first`: the first of `among` that is free; `in_turn`: the same, begun one further with every question of this key;
   * `least_active`: who has the fewest calls, the first of `among` when several have.
   */
  readonly choose: 'first' | 'in_turn' | 'least_active';
  /** Not empty. */
  readonly among: readonly EngageCandidate[];
  /** How long a rested assistant that is tried again is kept from further calls, until the result of this one is known. */
  readonly restSeconds: number;
}

export interface EngageCandidate {
  readonly assistant: string;
  /** Calls at once; null: as many as come. */
  readonly limit: number | null;
  readonly holdSeconds: number;
}

/** A seat for this call in a conference room: 1 when it has one now, 0 when all are taken. A call has at most one in a room. */
export interface SeatQuestion {
  readonly kind: 'seat';
  readonly key: string;
  readonly room: string;
  readonly limit: number;
  /** A seat that is never given back is free again after this. */
  readonly holdSeconds: number;
}

/** The shared state for one process alone: simulations, and the fallback of a process whose database is away. */
export interface MemoryCounters {
  /** `owner` keeps organizations apart. */
  answer(owner: string, question: Question, nowMs: number): number;
}

/** Keys kept at most; one more and all begin anew, which only makes a fallback less even. */
const MOST_KEYS = 10_000;

/** `firstTick` is where a rotation begins: not at 0 where several processes in trouble must not all prefer the first. */
export function createMemoryCounters(firstTick: () => number = () => 0): MemoryCounters {
  const ticks = new Map<string, number>();
  const orders = new Map<string, readonly string[]>();
  const windows = new Map<string, { readonly count: number; readonly endsAtMs: number }>();
  const usages = new Map<string, Usage>();
  const keep = <Value>(map: Map<string, Value>, name: string, value: Value): void => {
    if (map.size >= MOST_KEYS && !map.has(name)) map.clear();
    map.set(name, value);
  };
  return {
    answer(owner, question, nowMs) {
      const name = `${owner} ${question.key}`;
      switch (question.kind) {
        case 'tick': {
          const last = ticks.get(name);
          const tick = last === undefined ? firstTick() : last + 1;
          keep(ticks, name, tick);
          return tick;
        }
        case 'least_recent': {
          const order = (orders.get(name) ?? []).filter((member) => question.among.includes(member));
          const chosen = question.among.find((member) => !order.includes(member)) ?? order[0] ?? '';
          keep(orders, name, [...(orders.get(name) ?? []).filter((member) => member !== chosen), chosen]);
          return question.among.indexOf(chosen);
        }
        case 'window': {
          const known = windows.get(name);
          const isOpen = known !== undefined && known.endsAtMs > nowMs;
          const count = (isOpen ? known.count : 0) + question.add;
          if (question.add > 0)
            keep(windows, name, { count, endsAtMs: isOpen ? known.endsAtMs : nowMs + question.seconds * 1000 });
          return count;
        }
        case 'engage': {
          // Alone it cannot know who is busy elsewhere: everybody counts as free, and who has no room says so itself.
          if (question.choose !== 'in_turn') return 0;
          const last = ticks.get(name);
          const tick = last === undefined ? firstTick() : last + 1;
          keep(ticks, name, tick);
          return tick % question.among.length;
        }
        case 'seat':
          // Cloudonix is told the limit too; alone we cannot know who sits where.
          return 1;
        case 'usage':
          return countUsage(usages, owner, question, nowMs, keep);
        default:
          return assertNever(question);
      }
    },
  };
}

/** The same rule as the shared statement: the scopes in order, and none is counted after one that refuses. */
function countUsage(
  usages: Map<string, Usage>,
  owner: string,
  { scopes, weight, day }: UsageQuestion,
  nowMs: number,
  keep: (map: Map<string, Usage>, name: string, value: Usage) => void,
): number {
  let left = UNLIMITED_SECONDS;
  for (const [index, { scope, limits }] of scopes.entries()) {
    const name = `${owner} ${scope}`;
    const usage = withCall(usages.get(name), limits, weight, nowMs, day);
    if (usage === undefined) return usageAnswer.refused(index);
    keep(usages, name, usage);
    left = Math.min(left, secondsLeft(usage, limits));
  }
  return usageAnswer.allowed(left);
}
