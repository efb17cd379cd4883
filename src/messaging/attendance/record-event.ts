import { notify } from '../../db/notify.ts';
import type { Db } from '../../db/open.ts';
import { modemEvents } from '../../db/schema/index.ts';

/** One line of a modem's event log. */
export interface ModemHappening {
  readonly kind: string;
  readonly detail: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Writes down what happened to a modem and tells the screens. */
export async function recordModemEvent(
  db: Db,
  modem: { readonly organizationId: string; readonly id: string },
  event: ModemHappening,
  at: Date,
): Promise<void> {
  const { organizationId, id: modemId } = modem;
  const { kind, detail, data } = event;
  await db.transaction(async (transaction) => {
    await transaction.insert(modemEvents).values({ organizationId, modemId, at, kind, detail, data: data ?? null });
    await notify(transaction, { topic: 'modem', organizationId, id: modemId, changes: [kind] });
  });
}
