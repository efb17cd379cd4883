import { z } from 'zod';
import { toJsonSchema, toPageSchema } from './json-schema.ts';

/** A whole list in one answer. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item) });
}

/** One page of a list, with the cursor of the next. */
export function pageOf(item: z.ZodType) {
  return toPageSchema(toJsonSchema(item, 'output'));
}

/** A picture to point a telephone at, as SVG text. */
export async function qrOf(text: string): Promise<string> {
  const { toString: draw } = await import('qrcode');
  return draw(text, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' });
}

/** Bytes that are all there already, as a stream is sent. */
export async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
