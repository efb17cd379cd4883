/** What a message or one of its slices is. `unknown`: it may have been sent, and only a report can tell. */
export type MessageStatus =
  | 'queued'
  | 'submitting'
  | 'sent'
  | 'delivered'
  | 'failed'
  | 'unknown'
  | 'expired'
  | 'cancelled'
  | 'rejected'
  | 'received';

/**
 * Every change of a slice there is. What is not here does not happen: late news never undoes better news. A report of
 * delivery beats one of failure, because the recipient has the text; nothing beats a delivery. From `unknown` back to
 * `queued` leads only the policy `resend`, when no report can come any more: a slice that may be out is never sent again
 * otherwise.
 */
const NEXT: Readonly<Record<MessageStatus, readonly MessageStatus[]>> = {
  queued: ['submitting', 'failed', 'expired', 'cancelled', 'rejected'],
  submitting: ['queued', 'sent', 'failed', 'unknown'],
  sent: ['delivered', 'failed'],
  unknown: ['queued', 'sent', 'delivered', 'failed'],
  failed: ['delivered'],
  delivered: [],
  expired: [],
  cancelled: [],
  rejected: [],
  received: [],
};

export const MESSAGE_STATUSES = Object.keys(NEXT) as readonly MessageStatus[];

/** The status after the news: `to` when the table has it, else what it was. */
export function advance(from: MessageStatus, to: MessageStatus): MessageStatus {
  return NEXT[from].includes(to) ? to : from;
}

/** The statuses that news of `to` may change, for a statement that moves many slices at once. */
export function sourcesOf(to: MessageStatus): readonly MessageStatus[] {
  return MESSAGE_STATUSES.filter((from) => NEXT[from].includes(to));
}

/** Whether a delivery report may still change it. */
export function isUnsettled(status: MessageStatus): boolean {
  return status === 'sent' || status === 'unknown';
}

/**
 * The status of a message from those of its slices. Delivered and received need every slice; one lost slice spoils the
 * message, so the worst certain news comes first, then doubt, then how far the sending got.
 */
export function foldSlices(slices: readonly MessageStatus[]): MessageStatus {
  const any = (status: MessageStatus) => slices.includes(status);
  const every = (...statuses: readonly MessageStatus[]) => slices.every((status) => statuses.includes(status));
  if (slices.length === 0) return 'queued';
  if (every('received')) return 'received';
  if (every('delivered')) return 'delivered';
  for (const spoiled of ['failed', 'rejected', 'expired', 'unknown', 'cancelled'] as const) {
    if (any(spoiled)) return spoiled;
  }
  if (every('sent', 'delivered')) return 'sent';
  return every('queued') ? 'queued' : 'submitting';
}
