/** Escapes of U+0000 and of surrogates; the latter may still be whole pairs. */
const SUSPICIOUS = /\\u(?:0000|d[89a-f])/i;

/**
 * The value of a JSON text as the database would give it back: `jsonb` knows neither U+0000 nor lone surrogates
 * (PostgreSQL 8.14.1), which callers can put into anything, names of fields included. The first are dropped, the others
 * become U+FFFD. Whoever looks rows up by what was sent must begin with this, or will not find what was stored.
 */
export function parseStorable(text: string): unknown {
  return JSON.parse(text, SUSPICIOUS.test(text) ? (_, inner: unknown) => cleaned(inner) : undefined);
}

function cleaned(inner: unknown): unknown {
  if (typeof inner === 'string') return storable(inner);
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
  return Object.fromEntries(Object.entries(inner).map(([name, value]) => [storable(name), value]));
}

function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
