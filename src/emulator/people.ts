/** What became of a dialled leg, in the words of `DialCallStatus`. */
export type DialWord = 'completed' | 'busy' | 'no-answer' | 'failed';

/** What the people on both ends of a call do, and how long. Seconds. */
export interface People {
  /** Keys pressed at a Gather; `''` for none. */
  presses(gather: { readonly most: number | undefined; readonly finishOnKey: string }): string;
  /** Something said at a Gather that listens; undefined for silence. */
  speaks(): string | undefined;
  /** What becomes of a dialled leg. */
  dialled(numbers: readonly string[], ringForSeconds: number): Callee;
  /** How long a message is left after the beep; 0 for silence. */
  leavesMessage(): number;
  /** How long somebody stays in a conference or with a machine. */
  talks(): number;
  /** How much of a wait the caller endures: `seconds`, or less when they hang up. */
  waits(seconds: number): number;
  /** A name for a recording that no other has. */
  recordingName(): string;
}

export interface Callee {
  readonly outcome: DialWord;
  readonly ringSeconds: number;
  readonly talkSeconds: number;
  /** Whether the caller is the one who ends the conversation. */
  readonly callerHangsUp: boolean;
}

export interface PeopleOptions {
  /** In [0, 1); the same sequence makes the same people. */
  readonly random: () => number;
  /** What callers type when they know an extension. */
  readonly dialable: readonly string[];
  /** Names this call, for its recordings. */
  readonly name: string;
}

/** Shares of a hundred, as a phone room sees them on an ordinary day. */
const ANSWERED = 62;
const BUSY = 12;
const FAILED = 4;
const SILENT = 8;
const KNOWS_AN_EXTENSION = 15;

/** Mean seconds. */
const TALK = 75;
const RING = 9;
const MESSAGE = 18;
/** Nobody waits longer than this in sum; half of the callers far less. */
const LONGEST_PATIENCE = 240;

/** People as chance makes them. */
export function createPeople({ random, dialable, name }: PeopleOptions): People {
  const percent = () => random() * 100;
  /** Exponential: many short, few long, none endless. */
  const about = (mean: number) => Math.min(mean * 6, Math.max(1, -Math.log(1 - random()) * mean));
  const one = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  let patience = 20 + random() * random() * LONGEST_PATIENCE;
  let recordings = 0;

  return {
    presses({ most, finishOnKey }) {
      if (percent() < SILENT) return '';
      const extension = one(dialable);
      if (most !== 1 && extension !== undefined && percent() < KNOWS_AN_EXTENSION)
        return `${extension}${finishOnKey.slice(0, 1)}`;
      return one([...'1112223405*#']) ?? '1';
    },
    speaks: () => (percent() < 50 ? one(['sales', 'support please', 'my bill', 'operator']) : undefined),
    dialled(_numbers, ringForSeconds) {
      const draw = percent();
      const talkSeconds = about(TALK);
      const callerHangsUp = percent() < 50;
      if (draw < ANSWERED)
        return { outcome: 'completed', ringSeconds: Math.min(about(RING), ringForSeconds), talkSeconds, callerHangsUp };
      const rest = { talkSeconds: 0, callerHangsUp: false };
      if (draw < ANSWERED + BUSY) return { outcome: 'busy', ringSeconds: 1, ...rest };
      if (draw < ANSWERED + BUSY + FAILED) return { outcome: 'failed', ringSeconds: 0.5, ...rest };
      return { outcome: 'no-answer', ringSeconds: ringForSeconds, ...rest };
    },
    leavesMessage: () => (percent() < 30 ? 0 : about(MESSAGE)),
    talks: () => about(TALK),
    waits(seconds) {
      const waited = Math.min(seconds, patience);
      patience -= waited;
      return waited;
    },
    recordingName() {
      recordings += 1;
      return `${name}-${recordings}`;
    },
  };
}
