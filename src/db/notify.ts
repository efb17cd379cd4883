import { sql } from 'drizzle-orm';
import { CHANNEL, type Db } from './open.ts';

/** What travels on the channel: small, because Postgres limits a payload to 8,000 bytes; the rest is read by id. */
export interface Notification {
  readonly topic: 'plan' | 'block-list' | 'outbox' | 'email' | 'call' | 'message' | 'modem' | 'modem-work' | 'resource';
  readonly organizationId: string;
  /** Of topic `resource`: the kind of object, as permissions name it: `voice.ring_group`. */
  readonly resource?: string;
  /** The row that changed, where there is one. */
  readonly id?: string;
  /** What happened to it, in words of its topic (`ringing`, `answered`); absent: it is different now. */
  readonly changes?: readonly string[];
}

/** Tells every process; inside a transaction it is told when that commits, and never when it rolls back. */
export async function notify(db: Pick<Db, 'execute'>, notification: Notification): Promise<void> {
  await db.execute(sql`select pg_notify(${CHANNEL}, ${JSON.stringify(notification)})`);
}

/** The same for many, in one statement. */
export async function notifyAll(db: Pick<Db, 'execute'>, notifications: readonly Notification[]): Promise<void> {
  if (notifications.length === 0) return;
  const payloads = JSON.stringify(notifications.map((notification) => JSON.stringify(notification)));
  await db.execute(
    sql`select pg_notify(${CHANNEL}, payload) from jsonb_array_elements_text(${payloads}::jsonb) as payload`,
  );
}

/** The notification of a payload, or undefined when something else spoke on the channel. */
export function parseNotification(payload: string): Notification | undefined {
  try {
    const value = JSON.parse(payload) as Partial<Notification>;
    return typeof value.topic === 'string' && typeof value.organizationId === 'string'
      ? (value as Notification)
      : undefined;
  } catch {
    return undefined;
  }
}
