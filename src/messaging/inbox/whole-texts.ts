import { type DeliverPdu, sliceKey } from '../../modem/pdu/index.ts';
import type { Arrived } from './arrival.ts';

/** A slice that can be read. */
export type ArrivedSlice = Arrived & { readonly content: DeliverPdu };

/** All slices of one text, in their order. */
export interface WholeText {
  /** What they have in common; undefined where the text is one slice and needs no other. */
  readonly setKey: string | undefined;
  readonly slices: readonly ArrivedSlice[];
}

export interface Sorted {
  /** Texts of one slice. */
  readonly single: readonly WholeText[];
  /** Texts of several, of which each slice is here once: unless earlier ones of the same key wait, nothing is missing. */
  readonly joined: readonly WholeText[];
  /** Everything else, in the order it came. */
  readonly others: readonly Arrived[];
}

/** Finds the texts that are whole in what arrived together. */
export function sortArrivals(arrivals: readonly Arrived[]): Sorted {
  const single: WholeText[] = [];
  const sets = new Map<string, ArrivedSlice[]>();
  for (const arrived of arrivals) {
    if (!isSlice(arrived)) continue;
    const setKey = keyOf(arrived);
    if (setKey === undefined) single.push({ setKey, slices: [arrived] });
    else sets.set(setKey, [...(sets.get(setKey) ?? []), arrived]);
  }
  const joined = [...sets].flatMap(([setKey, slices]) => {
    const inOrder = [...slices].sort((left, right) => sequenceOf(left) - sequenceOf(right));
    return isWhole(inOrder) ? [{ setKey, slices: inOrder }] : [];
  });
  const taken = new Set<Arrived>([...single, ...joined].flatMap(({ slices }) => slices));
  return { single, joined, others: arrivals.filter((arrived) => !taken.has(arrived)) };
}

function isSlice(arrived: Arrived): arrived is ArrivedSlice {
  return arrived.content?.type === 'deliver';
}

function keyOf({ content }: ArrivedSlice): string | undefined {
  return (content.userData.header.concat?.total ?? 1) === 1 ? undefined : (sliceKey(content) ?? undefined);
}

const sequenceOf = ({ content }: ArrivedSlice) => content.userData.header.concat?.sequence ?? 1;

function isWhole(inOrder: readonly ArrivedSlice[]): boolean {
  return (
    inOrder.length === inOrder[0]?.content.userData.header.concat?.total &&
    inOrder.every((slice, index) => sequenceOf(slice) === index + 1)
  );
}
