import { encodeCursor } from '../../core/cursor.ts';
import type { Page } from './read.ts';

/**
 * One page of rows that were read in the order of `at` and then id, with one row more than the limit: that one only tells
 * that there is a next page.
 */
export function toPage<Row, View>(
  rows: readonly Row[],
  limit: number,
  toView: (row: Row) => View,
  keyOf: (row: Row) => { readonly at: Date; readonly id: string },
): Page<View> {
  const last = rows[limit - 1];
  const key = rows.length > limit && last !== undefined ? keyOf(last) : undefined;
  return {
    items: rows.slice(0, limit).map(toView),
    nextCursor: key === undefined ? null : encodeCursor({ value: key.at.toISOString(), id: key.id }),
  };
}
