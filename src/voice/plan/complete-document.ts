import { setImmediate as turn } from 'node:timers/promises';
import { type PlanDocument, planDocumentSchema } from '../../routing/index.ts';

/** Objects checked before waiting callers get their turn: some two milliseconds. */
const AT_ONCE = 500;

/**
 * A version that an earlier release stored lacks the sections and fields it did not know; they get their defaults. In
 * turns with the callers, because there may be ten thousand numbers. A form that has become stricter since must not take
 * an organization off the air: such a document comes back as it is, for calls cope with odd plans.
 */
export async function completeDocument(document: PlanDocument): Promise<PlanDocument> {
  const long = Object.entries(document).filter(([, items]) => Array.isArray(items) && items.length > AT_ONCE);
  const rest = planDocumentSchema.safeParse({
    ...document,
    ...Object.fromEntries(long.map(([section]) => [section, []])),
  });
  if (!rest.success) return document;
  const sections: Record<string, unknown[]> = {};
  for (const [section, items] of long as [keyof typeof planDocumentSchema.shape, readonly unknown[]][]) {
    const complete: unknown[] = [];
    for (let start = 0; start < items.length; start += AT_ONCE) {
      const parsed = planDocumentSchema.shape[section].safeParse(items.slice(start, start + AT_ONCE));
      if (!parsed.success) return document;
      complete.push(...(parsed.data as unknown[]));
      await turn();
    }
    sections[section] = complete;
  }
  return { ...rest.data, ...sections };
}
