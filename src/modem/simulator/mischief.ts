import type { Fault } from './faults.ts';

/** What may go wrong by chance, each with its probability from 0 to 1. */
export interface Mischief {
  /** Nothing is answered for half a minute. */
  readonly silence?: number;
  /** Line noise instead of OK. */
  readonly garbage?: number;
  /** The prompt takes five seconds. */
  readonly latePrompt?: number;
  /** An indication in the middle of an answer. */
  readonly urc?: number;
  /** A command's answer is lost; the command was done. */
  readonly lostAnswer?: number;
  /** The network refuses a message for the moment (38, 41, 42, 47). */
  readonly cms?: number;
  /** The power fails after the message has left. */
  readonly powerCut?: number;
  /** The cable is pulled. */
  readonly unplug?: number;
  /** A delivery report comes twice. */
  readonly reportTwice?: number;
  /** A delivery report comes a minute late, and so after later ones. */
  readonly reportLate?: number;
}

export const MISCHIEF_NAMES = [
  'silence',
  'garbage',
  'latePrompt',
  'urc',
  'lostAnswer',
  'cms',
  'powerCut',
  'unplug',
  'reportTwice',
  'reportLate',
] as const satisfies readonly (keyof Mischief)[];

const SILENCE_MS = 30_000;
const LATE_PROMPT_MS = 5_000;
const TEMPORARY = [38, 41, 42, 47];

/**
 * The fault that chance has for a command, if any. `random` gives numbers in [0, 1): one for each possibility that
 * applies, so that the same numbers give the same faults.
 */
export function mischiefFor(
  command: string,
  at: 'prompt' | 'payload',
  mischief: Mischief,
  random: () => number,
): Fault | undefined {
  const strikes = (name: keyof Mischief) => {
    const chance = mischief[name] ?? 0;
    return chance > 0 && random() < chance;
  };
  const isSend = /^AT\+CMGS=/i.test(command);
  if (isSend && at === 'prompt') return strikes('latePrompt') ? { kind: 'delay', delayMs: LATE_PROMPT_MS } : undefined;
  if (isSend) {
    if (strikes('cms')) {
      return { kind: 'refuse', line: `+CMS ERROR: ${TEMPORARY[Math.floor(random() * TEMPORARY.length)] ?? 42}` };
    }
    if (strikes('powerCut')) return { kind: 'restart' };
    if (strikes('unplug')) return { kind: 'unplug' };
  }
  if (strikes('lostAnswer')) return { kind: 'drop-answer' };
  if (strikes('garbage')) return { kind: 'garble', line: '\u0002@#~x}' };
  if (strikes('urc')) return { kind: 'say-before', lines: ['+CREG: 1', '^RSSI: 17'] };
  return strikes('silence') ? { kind: 'silence', forMs: SILENCE_MS } : undefined;
}
