/** A slice of a set as far as placing needs it. */
export interface PlacedSlice {
  readonly sequence: number;
  /** Digest of its text octets: tells a repeat from a reused reference. */
  readonly content: string;
  /** Service-centre time in ISO 8601; null when unknown. */
  readonly sentAt: string | null;
}

/** Slices with the same sender, reference, width and total that were taken for one message. */
export interface SliceSet {
  readonly id: string;
  readonly total: number;
  readonly lastReceivedAt: Date;
  /** It already stands in the inbox, whole or partial. */
  readonly isDelivered: boolean;
  readonly slices: readonly PlacedSlice[];
}

export type Placement =
  | { readonly kind: 'repeat' }
  | { readonly kind: 'join'; readonly setId: string }
  | { readonly kind: 'open' };

const MINUTE_MS = 60_000;

/** How long a set waits for its next slice before what is there is shown; also how long repeats are remembered. */
export const SET_PATIENCE_MS = 10 * MINUTE_MS;
/** Service centres stamp the slices of one text within moments; a phone that was off gets them days later. */
const SAME_TEXT_MS = 60 * MINUTE_MS;

/**
 * Where an arriving slice belongs (gsm-sms reference, section 11): nowhere new when it repeats one that came within ten
 * minutes; into a waiting set that lacks it, of several into the one whose slices the service centre stamped nearest to
 * it; into a partial message when those times say that it is the missing piece; else into a set of its own. The same
 * place with another text means that the sender used the reference again: that begins a new set and loses neither text.
 */
export function placeSlice(slice: PlacedSlice, sets: readonly SliceSet[], now: Date): Placement {
  const isRecent = (set: SliceSet) => now.getTime() - set.lastReceivedAt.getTime() <= SET_PATIENCE_MS;
  const holds = (set: SliceSet) => set.slices.some((other) => other.sequence === slice.sequence);
  const repeats = (set: SliceSet) =>
    set.slices.some((other) => other.sequence === slice.sequence && other.content === slice.content);
  if (sets.some((set) => isRecent(set) && repeats(set))) return { kind: 'repeat' };

  const [home] = sets
    .filter((set) => set.slices.length < set.total && !holds(set))
    .map((set) => ({ set, distanceMs: timeBetweenMs(slice, set) }))
    .filter(({ set, distanceMs }) => distanceMs <= SAME_TEXT_MS || (!set.isDelivered && isRecent(set)))
    .sort((a, b) => a.distanceMs - b.distanceMs || a.set.lastReceivedAt.getTime() - b.set.lastReceivedAt.getTime());
  return home === undefined ? { kind: 'open' } : { kind: 'join', setId: home.set.id };
}

/** Between the service centre's times of a slice and the nearest one of a set; beyond all bounds when one is unknown. */
function timeBetweenMs(slice: PlacedSlice, set: SliceSet): number {
  const { sentAt } = slice;
  if (sentAt === null) return Number.MAX_SAFE_INTEGER;
  const distances = set.slices.flatMap((other) =>
    other.sentAt === null ? [] : [Math.abs(Date.parse(other.sentAt) - Date.parse(sentAt))],
  );
  return Math.min(Number.MAX_SAFE_INTEGER, ...distances);
}
