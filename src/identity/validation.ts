import type { z } from 'zod';
import { AppError } from '../core/errors.ts';

/** The value of untrusted input. Throws `validation.failed` with every problem, by field. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
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
