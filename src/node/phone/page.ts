import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Phones } from '../../modem/simulator/index.ts';

/** The files of the telephone page, by the name its address ends with. */
const FILES = {
  '': ['phone.html', 'text/html; charset=utf-8'],
  'phone.js': ['phone.js', 'text/javascript; charset=utf-8'],
} as const;

/** A file of the telephone page, or undefined. */
export function phoneFile(name: string): Response | undefined {
  const [file, type] = name === '' || name === 'phone.js' ? FILES[name] : [undefined, ''];
  if (file === undefined) return undefined;
  const headers = { 'content-type': type, 'cache-control': 'no-cache' };
  return new Response(readFileSync(new URL(file, import.meta.url)), { headers });
}

export const phoneTextSchema = z.strictObject({
  from: z.string().regex(/^\+?[0-9]{3,15}$/, 'use 3 to 15 digits, with + in front of a country code'),
  body: z.string().min(1, 'write something').max(1_000, 'use at most 1000 characters'),
});

export const phonesSchema = z.object({
  phones: z.array(
    z.object({
      number: z.string(),
      texts: z.array(z.object({ direction: z.enum(['in', 'out']), text: z.string(), at: z.iso.datetime() })),
    }),
  ),
});

/** What the page shows. */
export function phonesToJson(phones: Pick<Phones, 'list'>): z.output<typeof phonesSchema> {
  return {
    phones: phones.list().map(({ number, texts }) => ({
      number,
      texts: texts.map(({ direction, text, at }) => ({ direction, text, at: at.toISOString() })),
    })),
  };
}
