import { AppError, type FieldProblem } from '../../core/errors.ts';
import { constraintOf } from '../postgres-error.ts';
import type { Resource } from './definition.ts';

export function invalid(problems: readonly FieldProblem[]): AppError {
  const [first] = problems;
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  return new AppError({
    code: 'validation.failed',
    kind: 'invalid',
    detail: problems.length === 1 ? `${where}${first?.message ?? ''}` : `${problems.length} fields need attention.`,
    problems,
  });
}

/** Turns what the database refuses into the words of the object it refused. */
export async function attempt<T>(resource: Resource, query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    const violated = constraintOf(error);
    if (violated?.kind === 'unique') {
      throw new AppError({
        code: `${codeOf(resource)}.exists`,
        kind: 'conflict',
        detail: `There is already a ${resource.noun} with this ${resource.key}.`,
        cause: error,
      });
    }
    if (violated?.kind === 'foreign_key') {
      throw new AppError({
        code: `${codeOf(resource)}.reference`,
        kind: 'conflict',
        detail: `This ${resource.noun} points at something that does not exist, or is still used by something that does.`,
        cause: error,
      });
    }
    if (violated?.kind === 'check') {
      throw new AppError({
        code: 'validation.failed',
        kind: 'invalid',
        detail: `A field of the ${resource.noun} is out of its range (${violated.name}).`,
        cause: error,
      });
    }
    throw error;
  }
}

export function inUse(resource: Resource, users: readonly string[]): AppError {
  const shown = users.slice(0, 5).join(', ');
  const more = users.length > 5 ? ` and ${users.length - 5} more` : '';
  return new AppError({
    code: `${codeOf(resource)}.in_use`,
    kind: 'conflict',
    detail: `This ${resource.noun} is in use by ${shown}${more}. Point them elsewhere first.`,
    problems: users.map((user) => ({ path: user, message: 'uses it' })),
  });
}

export function missing(resource: Resource, idOrKey: string): AppError {
  return new AppError({
    code: `${codeOf(resource)}.missing`,
    kind: 'missing',
    detail: `There is no ${resource.noun} ${idOrKey} in this organization.`,
  });
}

/** The first word of the error codes of a kind: `ring_group`. */
export function codeOf(resource: Resource): string {
  return resource.noun.replaceAll(' ', '_').toLowerCase();
}
