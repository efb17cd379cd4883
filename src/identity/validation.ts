import type { z } from 'zod';
import { AppError } from '../core/errors.ts';

/** The value of untrusted input. Throws `validation.failed` with every problem, by field. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const nul = pathOfNul(input);
  const parsed = schema.safeParse(input);
  if (parsed.success && nul === undefined) return parsed.data;
  const problems =
    nul === undefined
      ? (parsed.error?.issues ?? []).map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
      : [{ path: nul.join('.'), message: 'the character U+0000 cannot be kept; leave it out' }];
  const [first] = problems;
  throw new AppError({
    code: 'validation.failed',
    kind: 'invalid',
    detail:
      problems.length === 1
        ? [first?.path, first?.message].filter((part) => part !== '').join(': ')
        : `${problems.length} fields need attention.`,
    problems,
  });
}

/** Where a text holds U+0000, which PostgreSQL takes in no text (its manual, 8.3). */
function pathOfNul(value: unknown): string[] | undefined {
  if (typeof value === 'string') return value.includes('\u0000') ? [] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, item] of Object.entries(value)) {
    const rest = name.includes('\u0000') ? [] : pathOfNul(item);
    if (rest !== undefined) return [name.replaceAll('\u0000', ''), ...rest];
  }
  return undefined;
}
