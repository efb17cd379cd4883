import type { Ending } from './interpret.ts';
import type { DialWord } from './people.ts';

export type EmulatedDirection = 'inbound' | 'subscriber' | 'outbound-api';

/** Who calls whom, as chance or the command line has it. */
export interface CallPlan {
  /** 32 hex characters, never used before. */
  readonly token: string;
  readonly from: string;
  readonly to: string;
  readonly direction: EmulatedDirection;
  readonly callerName: string | undefined;
}

/** Final words of Cloudonix on a call (reference/cloudonix.md 4.3). */
export type Disposition = 'CONNECTED' | 'NOANSWER' | 'BUSY' | 'CANCEL' | 'CONGESTION' | 'FAILED';

export type SessionWord =
  | 'new'
  | 'processing'
  | 'ringing'
  | 'connected'
  | 'completed'
  | 'noanswer'
  | 'busy'
  | 'cancel'
  | 'congestion'
  | 'failed';

/** What the platform knows of a call while it lasts. Instants in milliseconds. */
export interface CallFacts {
  readonly plan: CallPlan;
  readonly startedAt: number;
  readonly answeredAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly status: SessionWord;
}

const REJECTED: Readonly<Record<string, Disposition>> = {
  rejected: 'BUSY',
  busy: 'BUSY',
  congestion: 'CONGESTION',
  failed: 'FAILED',
};

const DIALLED: Readonly<Record<DialWord, Disposition>> = {
  completed: 'CONNECTED',
  busy: 'BUSY',
  'no-answer': 'NOANSWER',
  failed: 'FAILED',
};

/** How a call ended, for its CDR. Whoever was answered once was answered, whatever came after. */
export function dispositionOf(
  isAnswered: boolean,
  ending: Exclude<Ending, { readonly kind: 'request' }>,
  lastDial: DialWord | undefined,
): Disposition {
  if (isAnswered) return 'CONNECTED';
  switch (ending.kind) {
    case 'caller-left':
      return 'CANCEL';
    case 'reject':
      return REJECTED[ending.reason] ?? 'FAILED';
    case 'hangup':
      return lastDial === undefined ? 'FAILED' : DIALLED[lastDial];
  }
}

/** The session status that goes with a disposition. */
export const FINAL_STATUS: Readonly<Record<Disposition, SessionWord>> = {
  CONNECTED: 'completed',
  NOANSWER: 'noanswer',
  BUSY: 'busy',
  CANCEL: 'cancel',
  CONGESTION: 'congestion',
  FAILED: 'failed',
};
