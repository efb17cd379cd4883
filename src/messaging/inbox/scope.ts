import type { Db } from '../../db/open.ts';

/** Where something arrived, and when. */
export interface InboxScope {
  readonly organizationId: string;
  readonly modemId: string;
  readonly now: Date;
  /** Resolves when outcomes that are just being stored are: a report may be faster than its slice's. */
  readonly outcomesStored?: () => Promise<void>;
}

/** The same inside a transaction that holds the modem's lock. */
export interface InboxTransaction extends InboxScope {
  readonly transaction: Db;
}

/** Text as Postgres stores it: it refuses U+0000, which a UCS-2 message may hold. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD');
}
