export type CallStatus =
  | 'initiated'
  | 'ringing'
  | 'answered'
  | 'completed'
  | 'busy'
  | 'no_answer'
  | 'failed'
  | 'blocked'
  | 'cancelled';

/** A value with what decides between it and others: the text that sorts first (or last) wins. */
export type Entry<Value> = readonly [order: string, value: Value];

/**
 * What a call's row is made of, kept beside it. Every field is joined by the first, the last or the largest, so that
 * neither order nor repetition of what is added counts.
 */
export interface CallLedger {
  /** The documents in their order, each with the number of its sentences in the trace. */
  readonly documents: readonly (readonly [order: string, sentences: number])[];
  readonly direction?: Entry<string> | undefined;
  readonly from?: Entry<string> | undefined;
  readonly to?: Entry<string> | undefined;
  readonly callerName?: Entry<string> | undefined;
  readonly planVersion?: Entry<number> | undefined;
  readonly did?: Entry<string> | undefined;
  /** The extension that placed the call. */
  readonly caller?: Entry<string> | undefined;
  /** The extension that was rung alone last. */
  readonly rung?: Entry<string> | undefined;
  readonly place?: Entry<string> | undefined;
  /** The AI assistant that had the call last. */
  readonly assistant?: Entry<string> | undefined;
  readonly startedAt?: Entry<string> | undefined;
  readonly answeredAt?: Entry<string> | undefined;
  readonly recordingUrl?: Entry<string> | undefined;
  /** Furthest live status: 0 initiated, 1 ringing, 2 answered. */
  readonly reached: number;
  readonly isBlocked: boolean;
  readonly hasFailed: boolean;
  /** When a document of ours ended a blocked call, or one that we could not route. */
  readonly blockedAt?: string;
  readonly failedAt?: string;
  readonly sessionEnd?: Entry<{ readonly status: CallStatus; readonly at: string }> | undefined;
  /** The CDRs of all legs together. */
  readonly cdr?: {
    readonly answered: boolean;
    readonly billedSeconds: number;
    readonly endedAt: string;
    readonly lastLeg: Entry<CallStatus>;
  };
}

export const EMPTY_LEDGER: CallLedger = { documents: [], reached: 0, isBlocked: false, hasFailed: false };

/** The one that sorts first. */
export function first<Value>(left: Entry<Value> | undefined, right: Entry<Value>): Entry<Value> {
  return left === undefined || right[0] < left[0] ? right : left;
}

/** The one that sorts last. */
export function last<Value>(left: Entry<Value> | undefined, right: Entry<Value>): Entry<Value> {
  return left === undefined || right[0] > left[0] ? right : left;
}

/** Puts a document's sentences where they belong in the trace; one that is there already changes nothing. */
export function addDocument(
  documents: CallLedger['documents'],
  trace: readonly string[],
  order: string,
  sentences: readonly string[],
): { readonly documents: CallLedger['documents']; readonly trace: readonly string[] } {
  if (documents.some(([known]) => known === order)) return { documents, trace };
  const before = documents.filter(([known]) => known < order);
  const after = documents.slice(before.length);
  const position = before.reduce((sum, [, count]) => sum + count, 0);
  return {
    documents: [...before, [order, sentences.length], ...after],
    trace: [...trace.slice(0, position), ...sentences, ...trace.slice(position)],
  };
}
