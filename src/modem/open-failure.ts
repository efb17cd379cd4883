import { messageOf } from '../core/errors.ts';

/** Why a port did not open: not there, or taken by somebody else; and what to do about it. */
export interface OpenFailure {
  readonly trouble: 'absent' | 'busy';
  readonly cause: string;
}

const KNOWN: readonly (readonly [pattern: RegExp, trouble: OpenFailure['trouble'], advice: string])[] = [
  [
    /lock|EBUSY|busy|temporarily unavailable/i,
    'busy',
    'another program has the port (a running server? ModemManager? "sudo fuser -v" tells)',
  ],
  [/EACCES|EPERM|permission denied|access denied/i, 'busy', 'this user may not open it: add it to the group dialout'],
];

/** Reads the system's error; what is neither busy nor forbidden counts as not there. */
export function openFailure(error: unknown): OpenFailure {
  const message = messageOf(error);
  const known = KNOWN.find(([pattern]) => pattern.test(message));
  if (known === undefined) return { trouble: 'absent', cause: message };
  const [, trouble, advice] = known;
  return { trouble, cause: `${message}; ${advice}` };
}
