import { systemClock } from '../core/clock.ts';
import { Context } from '../db/context.ts';
import { parseNotification } from '../db/notify.ts';
import type { Database } from '../db/open.ts';
import { decideByText, isDecision } from '../identity/index.ts';
import { type ReceivedText, readReceived, sendMessage } from '../messaging/index.ts';
import type { SecretBox } from '../platform/secrets.ts';

export interface TextDecisionDeps {
  readonly database: Pick<Database, 'orm' | 'listen'>;
  readonly secrets: SecretBox;
  readonly report: (error: unknown) => void;
}

/**
 * Lets people who may decide about enrollments do so by text message: every text that arrives is looked at once, by
 * whichever process hears of it first, and answered. While one look runs the next gathers, so that a flood of texts costs
 * few statements. Returns how to stop.
 */
export async function startTextDecisions(deps: TextDecisionDeps): Promise<() => Promise<void>> {
  /** Ids of messages by organization. */
  const waiting = new Map<string, string[]>();
  let working: Promise<void> | undefined;
  const work = async () => {
    for (let next = firstOf(waiting); next !== undefined; next = firstOf(waiting)) {
      const [organizationId, ids] = next;
      waiting.delete(organizationId);
      await decide(deps, organizationId, ids).catch(deps.report);
    }
    working = undefined;
  };
  const unlisten = await deps.database.listen(
    (payload) => {
      const notification = parseNotification(payload);
      if (notification?.topic !== 'message' || notification.id === undefined) return;
      if (notification.changes?.includes('received') !== true) return;
      const { organizationId, id } = notification;
      const ids = waiting.get(organizationId);
      if (ids === undefined) waiting.set(organizationId, [id]);
      else ids.push(id);
      working ??= work();
    },
    // What came in while nobody listened is still in the inbox, and whoever sent it gets no answer and writes again.
    () => {},
  );
  return async () => {
    await unlisten();
    await working;
  };
}

function firstOf<Key, Value>(map: ReadonlyMap<Key, Value>): [Key, Value] | undefined {
  for (const entry of map) return entry;
  return undefined;
}

async function decide(
  { database, secrets, report }: TextDecisionDeps,
  organizationId: string,
  ids: readonly string[],
): Promise<void> {
  const context = new Context({
    db: database.orm,
    organizationId,
    actor: { kind: 'system', id: null, name: 'text decisions' },
    can: () => true,
    clock: systemClock,
    secrets,
  });
  for (const text of await readReceived(context, ids)) {
    // One that fails keeps no other from being looked at.
    if (isDecision(text.body)) await answer(context, text).catch(report);
  }
}

async function answer(context: Context, { id, peer, body }: ReceivedText): Promise<void> {
  const words = await decideByText(context, { id, from: peer, body });
  if (words !== undefined) await sendMessage(context, { to: peer, body: words });
}
