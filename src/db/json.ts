/**
 * JSON text that `jsonb` takes: it knows neither U+0000 nor lone surrogates (PostgreSQL 8.14.1), which callers can put
 * into anything. The first are dropped, the others become U+FFFD; everything else is untouched.
 */
export function toJsonb(value: unknown): string {
  const text = JSON.stringify(value);
  if (!/\\u(?:0000|d[89a-f])/i.test(text)) return text;
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'string' ? inner.replaceAll('\0', '').toWellFormed() : inner,
  );
}
