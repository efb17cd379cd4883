import { fromBase64Url, toBase64Url } from './bytes.ts';

/** A place in a sorted list: the sort value and the id of the last row shown. Opaque to clients. */
export interface Cursor {
  readonly value: string | number | null;
  readonly id: string;
}

export function encodeCursor(cursor: Cursor): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify([cursor.value, cursor.id])));
}

/** The cursor a client sent back, or undefined when it is not one of ours. */
export function decodeCursor(text: string): Cursor | undefined {
  const bytes = fromBase64Url(text);
  if (bytes === undefined) return undefined;
  try {
    const [value, id] = JSON.parse(new TextDecoder().decode(bytes)) as unknown[];
    const valid = typeof value === 'string' || typeof value === 'number' || value === null;
    return valid && typeof id === 'string' ? { value, id } : undefined;
  } catch {
    return undefined;
  }
}
