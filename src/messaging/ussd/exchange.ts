import { z } from 'zod';

/** What was said in a USSD dialogue, in order. */
export const exchangeSchema = z.array(
  z.object({ from: z.enum(['us', 'network']), text: z.string(), at: z.iso.datetime() }),
);

export type Exchange = z.output<typeof exchangeSchema>;

/** A dialogue with one more thing said. */
export function said(exchange: unknown, from: 'us' | 'network', text: string, at: Date): Exchange {
  const before = exchangeSchema.safeParse(exchange);
  return [...(before.success ? before.data : []), { from, text, at: at.toISOString() }];
}
