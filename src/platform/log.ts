import pino, { type Logger } from 'pino';

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
      serializers: { error: pino.stdSerializers.err },
    },
    pino.destination({ dest: 2, sync: false }),
  );
}
