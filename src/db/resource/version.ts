import { createHash } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import type { Dto, Resource } from './definition.ts';
import { codeOf } from './refusals.ts';

/** What an object is now, in few letters: another text whenever anything of it has changed. Goes out as its ETag. */
export function versionOf(dto: Dto): string {
  return createHash('sha256').update(JSON.stringify(dto)).digest('base64url').slice(0, 22);
}

/** What a writer believes the object to be: one of these versions, or anything that exists. */
export type ExpectedVersion = readonly string[] | 'any';

/** Throws `<noun>.changed` (412) when somebody else was faster. Call it under the row's lock. */
export function requireVersion(resource: Resource, dto: Dto, expected: ExpectedVersion | undefined): void {
  if (expected === undefined || expected === 'any' || expected.includes(versionOf(dto))) return;
  throw new AppError({
    code: `${codeOf(resource)}.changed`,
    kind: 'stale',
    detail: `This ${resource.noun} has been changed since you read it. Read it again and repeat your change.`,
  });
}
