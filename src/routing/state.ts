export type JsonValue = string | number | boolean | readonly string[] | readonly number[];

/** Where a node stands inside itself: small JSON that only the node which wrote it reads. */
export type Position = Readonly<Record<string, JsonValue>>;

/** Who is on the line. Settled by the first request and carried along, so that a later request cannot claim better. */
export type Origin = 'outside' | 'subscriber' | 'api';

/**
 * What a call must remember until its next request. It travels in the signed token of the continuation URL, so it
 * stays small and holds nothing that the caller may not see.
 */
export interface CallState {
  readonly origin: Origin;
  /** The number of ours that was called, E.164; absent for a call between extensions. */
  readonly did?: string;
  /** The node that waits, as `type:key`. */
  readonly node: string;
  readonly position: Position;
  /** Documents answered so far in this call. */
  readonly documents: number;
  /** How often each node was entered in this call. */
  readonly visits: Readonly<Record<string, number>>;
  /** The menus that led to where the call is, the present one last; what `back` goes by. */
  readonly menus?: readonly string[];
  /** The version of the plan that began the call, by which it shall end. The shell keeps it; absent: the newest. */
  readonly planVersion?: number;
}

/** A whole number a node kept in its position; `fallback` when it kept none. */
export function numberIn(position: Position, name: string, fallback: number): number {
  const value = position[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : fallback;
}

/** A list of names a node kept in its position; empty when it kept none. */
export function namesIn(position: Position, name: string): readonly string[] {
  const value = position[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
