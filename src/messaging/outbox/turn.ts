import type { ArrivedReport } from '../reports/plain-reports.ts';
import type { ClaimedSlice, ClaimWish } from './claim-slices.ts';
import type { FinishedSlice } from './store-outcomes.ts';

/** What an outbox has to tell the database, and what it wants of it. */
export interface Turn {
  readonly finished: readonly FinishedSlice[];
  /** Claimed slices that are not to be submitted after all; their bytes never left. */
  readonly returned: readonly ClaimedSlice[];
  readonly wish: ClaimWish;
  /** Reports that came meanwhile. */
  readonly reports: readonly ArrivedReport[];
}

export interface Taken {
  readonly claimed: readonly ClaimedSlice[];
  /** PDUs of the reports that are recorded. */
  readonly recorded: ReadonlySet<string>;
}
