import type { Db } from '../../db/open.ts';
import type { ArrivedReport } from '../reports/plain-reports.ts';

/** Where something arrived, and when. */
export interface InboxScope {
  readonly organizationId: string;
  readonly modemId: string;
  readonly now: Date;
  /** Records plain reports together with the outcomes of slices that wait to be stored; absent: by themselves. */
  readonly recordReports?: (reports: readonly ArrivedReport[]) => Promise<ReadonlySet<string>>;
}

/** The same inside a transaction that holds the modem's lock. */
export interface InboxTransaction extends InboxScope {
  readonly transaction: Db;
}

/** Text as Postgres stores it: it refuses U+0000, which a UCS-2 message may hold. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD');
}
