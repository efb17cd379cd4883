import { parseNotification } from '../../db/notify.ts';
import type { Database } from '../../db/open.ts';
import type { LiveHub } from './hub.ts';

const HEARTBEAT_MS = 30_000;

/** Feeds the hub with the database's notifications and lets its heart beat. The returned function stops both. */
export async function attachLive(
  hub: LiveHub,
  database: Pick<Database, 'listen'>,
  report: (error: unknown) => void,
): Promise<() => Promise<void>> {
  let isFirstConnection = true;
  const unlisten = await database.listen(
    (payload) => {
      const notification = parseNotification(payload);
      if (notification !== undefined) hub.notify(notification);
    },
    () => {
      // Called for the first connection too; nothing was missed then.
      if (!isFirstConnection) hub.reload();
      isFirstConnection = false;
    },
  );
  const timer = setInterval(() => {
    hub.heartbeat().catch(report);
  }, HEARTBEAT_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    hub.close();
    await unlisten();
  };
}
