import pino from 'pino';
import type { Log } from './log.ts';

/** Writes one line about a request. The fields are the caller's to choose and must hold nothing secret. */
export type AccessLog = (fields: Readonly<Record<string, string | number | null | undefined>>) => void;

/**
 * Lines of the level `info` in the form of `log`, and to where it writes, but all of a turn of the event loop at once:
 * handing each over by itself costs a tenth of a voice answer. Nothing is looked for in them.
 */
export function createAccessLog(log: Log): AccessLog {
  const { write } = streamOf(log);
  let lines = '';
  let time = '';
  let timeMs = 0;

  function flush(): void {
    const text = lines;
    lines = '';
    write(text);
  }

  return (fields) => {
    if (!log.isLevelEnabled('info')) return;
    const nowMs = Date.now();
    if (nowMs !== timeMs) {
      timeMs = nowMs;
      time = new Date(nowMs).toISOString();
    }
    if (lines === '') setImmediate(flush);
    lines += `{"level":"info","time":"${time}",${JSON.stringify(fields).slice(1)}\n`;
  };
}

function streamOf(log: Log): { write(text: string): void } {
  const stream = (log as unknown as Record<symbol, { write(text: string): void }>)[pino.symbols.streamSym];
  return { write: (text) => stream?.write(text) };
}
