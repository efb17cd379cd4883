import pino, { type Logger } from 'pino';
import { messageOf } from '../core/errors.ts';

export type Log = Logger;

/**
 * JSON lines on stderr, so that stdout stays for data. What must never be logged (headers, bodies, secrets) is kept out at
 * the call sites; the list here is the net below them.
 */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ['authorization', 'password', 'pin', 'secret', 'apiKey', 'token', 'cookie', 'headers', 'body'].flatMap(
          (name) => [name, `*.${name}`],
        ),
        censor: '[hidden]',
      },
      serializers: { error: describeError },
    },
    pino.destination({ dest: 2, sync: false }),
  );
}

/** What happened and where. Not the error itself: those of queries carry the parameters, in fields and in the stack. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const where = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return { type: error.name, message: messageOf(error), at: where.map((line) => line.trim()) };
}
