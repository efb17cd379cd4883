/** Values under digit prefixes; the longest prefix of a number wins. At most as many look-ups as the longest prefix. */
export interface PrefixTable<Value> {
  readonly byPrefix: ReadonlyMap<string, Value>;
  readonly longest: number;
}

/** Builds the table. Of two entries with the same prefix the first stays. */
export function prefixTable<Value>(entries: Iterable<readonly [prefix: string, value: Value]>): PrefixTable<Value> {
  const byPrefix = new Map<string, Value>();
  let longest = 0;
  for (const [prefix, value] of entries) {
    if (!byPrefix.has(prefix)) byPrefix.set(prefix, value);
    longest = Math.max(longest, prefix.length);
  }
  return { byPrefix, longest };
}

/** The value under the longest prefix of `text`. */
export function longestPrefix<Value>(table: PrefixTable<Value>, text: string): Value | undefined {
  for (let length = Math.min(table.longest, text.length); length >= 0; length -= 1) {
    const value = table.byPrefix.get(text.slice(0, length));
    if (value !== undefined) return value;
  }
  return undefined;
}
