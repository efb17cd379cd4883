import { systemClock } from '../core/clock.ts';
import { Context } from '../db/context.ts';
import { parseNotification } from '../db/notify.ts';
import type { Database } from '../db/open.ts';
import { decideByText, isDecision } from '../identity/index.ts';
import { getMessage, sendMessage } from '../messaging/index.ts';
import type { SecretBox } from '../platform/secrets.ts';

/**
 * Lets people who may decide about enrollments do so by text message: every text that arrives is looked at once, by
 * whichever process hears of it first, and answered. Returns how to stop.
 */
export async function startTextDecisions(deps: {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly report: (error: unknown) => void;
}): Promise<() => Promise<void>> {
  const working = new Set<Promise<void>>();
  const unlisten = await deps.database.listen(
    (payload) => {
      const notification = parseNotification(payload);
      if (notification?.topic !== 'message' || notification.id === undefined) return;
      if (notification.changes?.includes('received') !== true) return;
      const work = decide(deps, notification.organizationId, notification.id).catch(deps.report);
      working.add(work);
      work.finally(() => working.delete(work)).catch(deps.report);
    },
    // What came in while nobody listened is still in the inbox, and whoever sent it gets no answer and writes again.
    () => {},
  );
  return async () => {
    await unlisten();
    await Promise.all(working);
  };
}

async function decide(
  { database, secrets }: { readonly database: Database; readonly secrets: SecretBox },
  organizationId: string,
  id: string,
): Promise<void> {
  const context = new Context({
    db: database.orm,
    organizationId,
    actor: { kind: 'system', id: null, name: 'text decisions' },
    can: () => true,
    clock: systemClock,
    secrets,
  });
  const { peer, body } = await getMessage(context, id);
  if (!isDecision(body)) return;
  const answer = await decideByText(context, { id, from: peer, body });
  if (answer !== undefined) await sendMessage(context, { to: peer, body: answer });
}
