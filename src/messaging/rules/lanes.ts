/** Places in the queue by priority, first to last: what `message_parts.lane` holds. */
export const LANES = [0, 1, 2] as const;

export type Lane = (typeof LANES)[number];

const HIGH: Lane = 0;

/** Of so many slices one goes to the lowest lane and two to the middle one before all others, if they have any waiting. */
const CYCLE = 10;

/**
 * The order in which lanes are asked for the `turn`-th claim: high before normal before low, but every tenth claim is
 * offered to the lowest first and two of ten to the middle, so that no flood of urgent texts starves the rest.
 */
export function laneOrder(turn: number): readonly Lane[] {
  switch (turn % CYCLE) {
    case CYCLE - 1:
      return [2, 1, 0];
    case 3:
    case 6:
      return [1, 0, 2];
    default:
      return LANES;
  }
}

/** During quiet hours only urgent texts go. */
export function withoutQuiet(order: readonly Lane[], isQuiet: boolean): readonly Lane[] {
  return isQuiet ? order.filter((lane) => lane === HIGH) : order;
}
