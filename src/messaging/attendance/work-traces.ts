import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Clock } from '../../core/clock.ts';
import type { Database } from '../../db/open.ts';
import { modemTraces } from '../../db/schema/index.ts';
import type { Timers } from '../../modem/index.ts';
import type { ModemPort } from '../ports.ts';

/** A recording of a busy modem; more would not be read by anybody. */
const MAX_CHARACTERS = 500_000;

export interface TraceWork {
  readonly database: Pick<Database, 'orm'>;
  readonly modem: { readonly organizationId: string; readonly id: string };
  readonly port: Pick<ModemPort, 'onTrace'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly signal: AbortSignal;
}

/**
 * Makes the recordings that are asked for, one after the other. Each is a transcript a test can replay: `> ` what we
 * said, `< ` what the modem said, `@ ` milliseconds since the line before where they are more than a tenth of a second.
 */
export async function workTraces(work: TraceWork): Promise<void> {
  const { database, modem, clock } = work;
  const mine = and(eq(modemTraces.organizationId, modem.organizationId), eq(modemTraces.modemId, modem.id));
  for (;;) {
    const [next] = await database.orm
      .select({ id: modemTraces.id, seconds: modemTraces.seconds })
      .from(modemTraces)
      // A recording that a process began and did not end is made again.
      .where(and(mine, inArray(modemTraces.status, ['queued', 'running'])))
      .orderBy(asc(modemTraces.createdAt))
      .limit(1);
    if (next === undefined || work.signal.aborted) return;
    const one = and(mine, eq(modemTraces.id, next.id));
    await database.orm.update(modemTraces).set({ status: 'running' }).where(one);
    const transcript = await record(work, next.seconds);
    await database.orm.update(modemTraces).set({ status: 'done', transcript, finishedAt: clock.now() }).where(one);
  }
}

async function record({ port, timers, signal }: TraceWork, seconds: number): Promise<string> {
  let transcript = '';
  let lastMs = timers.nowMs();
  const stop = port.onTrace?.((direction, text) => {
    if (transcript.length > MAX_CHARACTERS) return;
    const now = timers.nowMs();
    const gap = now - lastMs > 100 ? `@ ${Math.round(now - lastMs)}\n` : '';
    lastMs = now;
    transcript += `${gap}${direction} ${visible(text)}\n`;
  });
  await new Promise<void>((resolve) => {
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = timers.after(seconds * 1000, finish);
    signal.addEventListener('abort', finish);
  });
  stop?.();
  return transcript;
}

/** ESC and ctrl-Z as transcripts write them; the CR that ends every command is left out. */
function visible(text: string): string {
  return text.replaceAll('\u001b', '^[').replaceAll('\u001a', '^Z').replace(/\r$/, '');
}
