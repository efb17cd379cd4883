import { and, asc, eq, gt } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { messageParts } from '../../db/schema/index.ts';
import { type Allowance, allowanceOf, DAY_MS, type Limits, type Spent } from '../rules/budget.ts';

export type { Allowance } from '../rules/budget.ts';

export interface SimBudgetOptions {
  readonly organizationId: string;
  readonly modemId: string;
  readonly limits: Limits;
  /** Up to so long a pause before each slice: networks notice machines by their even pace. */
  readonly jitterSeconds: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/**
 * What one SIM may still send. The past is read from the database once, later it is known: only the holder of the modem's
 * lease sends through it.
 */
export class SimBudget {
  readonly #options: SimBudgetOptions;
  #history: Spent[] | undefined;

  constructor(options: SimBudgetOptions) {
    this.#options = options;
  }

  /** What may go now. With a limit of recipients one slice at a time, so that a batch cannot overshoot it. */
  async allowance(db: Db, now: Date): Promise<Allowance> {
    const { limits } = this.#options;
    if (Object.values(limits).every((limit) => limit === undefined)) return { slices: Number.POSITIVE_INFINITY };
    this.#history ??= await this.#readHistory(db, now);
    const dayAgo = now.getTime() - DAY_MS;
    this.#history = this.#history.filter(({ at }) => at.getTime() > dayAgo);
    const allowance = allowanceOf(limits, this.#history, now);
    return limits.maxRecipientsPerDay === undefined
      ? allowance
      : { ...allowance, slices: Math.min(1, allowance.slices) };
  }

  /** A slice has gone; a refused one counts too, as networks count tries. */
  spent(peer: string, at: Date): void {
    this.#history?.push({ at, peer });
  }

  /** How long to pause before the next slice. */
  pauseMs(): number {
    return this.#options.jitterSeconds * this.#options.random() * 1000;
  }

  /** Uses the index message_parts_submitted. */
  async #readHistory(db: Db, now: Date): Promise<Spent[]> {
    const { organizationId, modemId } = this.#options;
    const rows = await db
      .select({ at: messageParts.submittedAt, peer: messageParts.peer })
      .from(messageParts)
      .where(
        and(
          eq(messageParts.organizationId, organizationId),
          eq(messageParts.modemId, modemId),
          eq(messageParts.direction, 'outbound'),
          gt(messageParts.submittedAt, new Date(now.getTime() - DAY_MS)),
        ),
      )
      .orderBy(asc(messageParts.submittedAt));
    return rows.flatMap(({ at, peer }) => (at === null ? [] : [{ at, peer }]));
  }
}
