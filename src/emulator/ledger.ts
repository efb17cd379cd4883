import type { CallPlan, Disposition } from './call.ts';
import { Latencies } from './latencies.ts';

/** Why an answer was wrong. */
export type ProblemKind =
  /** No answer at all. */
  | 'unreachable'
  /** Another status than 200 (a voice request) or 2xx (a callback). */
  | 'status'
  /** Not readable CXML. */
  | 'unreadable'
  /** Readable, but not what the documentation knows. */
  | 'invalid'
  /** Right, but so late that a caller would have heard silence. */
  | 'slow'
  /** A call that would never have ended. */
  | 'endless';

export interface Problem {
  readonly kind: ProblemKind;
  readonly token: string;
  readonly detail: string;
}

/** A call that has ended, and what the platform says of it. */
export interface EmulatedCall extends CallPlan {
  readonly disposition: Disposition;
  readonly documents: number;
  readonly startedAt: number;
  readonly answeredAt: number | undefined;
  readonly endedAt: number;
}

/** What there is to see of a run, at any moment. */
export interface Picture {
  readonly started: number;
  readonly active: number;
  readonly ended: number;
  readonly total: number;
  readonly seconds: number;
  readonly documents: number;
  readonly documentsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  readonly callbacks: number;
  readonly dispositions: Readonly<Record<string, number>>;
  readonly verbs: Readonly<Record<string, number>>;
  readonly problems: Readonly<Partial<Record<ProblemKind, number>>>;
  /** The first of them, in words. */
  readonly examples: readonly Problem[];
}

const MOST_EXAMPLES = 10;

/** Keeps the figures of a run. It is told the time, so that a test can tell it too. */
export class Ledger {
  readonly #latencies = new Latencies();
  readonly #dispositions: Record<string, number> = {};
  readonly #verbs: Record<string, number> = {};
  readonly #problems: Partial<Record<ProblemKind, number>> = {};
  readonly #examples: Problem[] = [];
  readonly #total: number;
  readonly #startedAt: number;
  #started = 0;
  #ended = 0;
  #callbacks = 0;

  constructor(total: number, nowMs: number) {
    this.#total = total;
    this.#startedAt = nowMs;
  }

  began(): void {
    this.#started += 1;
  }

  ended({ disposition }: EmulatedCall): void {
    this.#ended += 1;
    this.#dispositions[disposition] = (this.#dispositions[disposition] ?? 0) + 1;
  }

  answered(ms: number, verbs: readonly string[]): void {
    this.#latencies.add(ms);
    for (const verb of verbs) this.#verbs[verb] = (this.#verbs[verb] ?? 0) + 1;
  }

  delivered(): void {
    this.#callbacks += 1;
  }

  complain(problem: Problem): void {
    this.#problems[problem.kind] = (this.#problems[problem.kind] ?? 0) + 1;
    if (this.#examples.length < MOST_EXAMPLES) this.#examples.push(problem);
  }

  picture(nowMs: number): Picture {
    const seconds = Math.max(0.001, (nowMs - this.#startedAt) / 1000);
    return {
      started: this.#started,
      active: this.#started - this.#ended,
      ended: this.#ended,
      total: this.#total,
      seconds,
      documents: this.#latencies.count,
      documentsPerSecond: this.#latencies.count / seconds,
      p50Ms: this.#latencies.quantileMs(0.5),
      p99Ms: this.#latencies.quantileMs(0.99),
      longestMs: this.#latencies.longestMs,
      callbacks: this.#callbacks,
      dispositions: { ...this.#dispositions },
      verbs: { ...this.#verbs },
      problems: { ...this.#problems },
      examples: [...this.#examples],
    };
  }
}

/** Answers that were wrong. */
export function problemCount({ problems }: Pick<Picture, 'problems'>): number {
  return Object.values(problems).reduce((sum, count) => sum + count, 0);
}
