/** Escapes of U+0000 and of surrogates; the latter may still be whole pairs. */
const SUSPICIOUS = /\\u(?:0000|d[89a-f])/i;

/**
 * JSON text that `jsonb` takes: it knows neither U+0000 nor lone surrogates (PostgreSQL 8.14.1), which callers can put
 * into anything, names of fields included. The first are dropped, the others become U+FFFD; everything else is untouched.
 */
export function toJsonb(value: unknown): string {
  const text = JSON.stringify(value);
  return SUSPICIOUS.test(text) ? JSON.stringify(value, (_, inner: unknown) => cleaned(inner)) : text;
}

/**
 * A value as the database will give it back. Whoever looks rows up by what was sent must begin with this, or will not
 * find what was stored.
 */
export function asStored<T>(value: T): T {
  return SUSPICIOUS.test(JSON.stringify(value)) ? (JSON.parse(toJsonb(value)) as T) : value;
}

function cleaned(inner: unknown): unknown {
  if (typeof inner === 'string') return storable(inner);
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
  return Object.fromEntries(Object.entries(inner).map(([name, value]) => [storable(name), value]));
}

function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
