import { z } from 'zod';
import { decodeCursor } from '../core/cursor.ts';
import { AppError } from '../core/errors.ts';
import type { ListQuery } from '../db/resource.ts';
import { parseInput } from '../identity/index.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The parameters of a query string. Throws `query.unknown` and names what there is; a misspelt filter would lie. */
export function parseQuery<Schema extends z.ZodType>(
  schema: Schema | undefined,
  search: URLSearchParams,
): z.output<Schema> {
  const allowed = Object.keys((schema as unknown as { shape?: object } | undefined)?.shape ?? {});
  const values: Record<string, string> = {};
  for (const [name, value] of search) {
    if (!allowed.includes(name)) {
      const words = allowed.length === 0 ? 'takes none' : `takes ${allowed.join(', ')}`;
      throw refused('query.unknown', name, `there is no query parameter of this name; this address ${words}`);
    }
    if (Object.hasOwn(values, name)) throw refused('query.repeated', name, 'give this parameter once');
    values[name] = value;
  }
  return parseInput(schema ?? z.object({}), values) as z.output<Schema>;
}

export interface ListOptions {
  readonly filters: Readonly<Record<string, z.ZodType>>;
  /** Fields to sort by; the first one, newest first, is the default. None: the list has one order. */
  readonly sorts: readonly string[];
  /** Whether it can be searched and narrowed to when things were made. */
  readonly isSearchable?: boolean;
  /** What else it takes. */
  readonly others?: Readonly<Record<string, z.ZodType>>;
}

const instant = z.iso
  .datetime({ offset: true, error: 'use an instant such as 2026-11-20T18:00:00Z' })
  .transform((text) => new Date(text))
  .optional();

const SEARCH = {
  search: z
    .string()
    .min(1, 'say what to look for')
    .max(100, 'use at most 100 characters')
    .optional()
    .meta({ description: 'Part of a name or number, in upper or lower case.' }),
  createdFrom: instant.meta({ description: 'Made at this instant or later.' }),
  createdBefore: instant.meta({ description: 'Made before this instant.' }),
};

/** The parameters every list takes, and the filters of this one. */
export function listQuerySchema(options: ListOptions) {
  const sorts = options.sorts.flatMap((field) => [`-${field}`, field]);
  return z.strictObject({
    limit: z
      .string()
      .regex(/^[0-9]{1,4}$/, 'use a whole number from 1 to 1000')
      .transform(Number)
      .refine((limit) => limit >= 1 && limit <= 1000, 'use a whole number from 1 to 1000')
      .optional()
      .meta({ description: 'How many at most, 1 to 1000. Default 100.', examples: ['100'] }),
    cursor: z
      .string()
      .refine(isCursor, 'use the nextCursor of an earlier answer')
      .optional()
      .meta({ description: 'The `nextCursor` of the page before.' }),
    ...(sorts.length === 0 ? {} : { sort: sortSchema(sorts) }),
    ...(options.isSearchable === true ? SEARCH : {}),
    ...options.others,
    ...Object.fromEntries(Object.entries(options.filters).map(([name, filter]) => [name, filter.optional()])),
  });
}

function sortSchema(sorts: readonly string[]) {
  return z
    .enum(sorts as [string, ...string[]], `sort by one of ${sorts.join(', ')}`)
    .optional()
    .meta({ description: `A field, with \`-\` before it for descending. Default \`${sorts[0]}\`.` });
}

/** What a verb is asked, of what the query string said. */
export function toListQuery(parameters: Readonly<Record<string, unknown>>): ListQuery {
  const { limit, cursor, sort, search, createdFrom, createdBefore, fields: _, include: __, ...filters } = parameters;
  requireFit(cursor, sort);
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return {
    ...(typeof limit === 'number' ? { limit } : {}),
    ...(typeof cursor === 'string' ? { cursor } : {}),
    ...(typeof sort === 'string' ? { sort } : {}),
    ...(typeof search === 'string' ? { search } : {}),
    ...(createdFrom instanceof Date ? { createdFrom } : {}),
    ...(createdBefore instanceof Date ? { createdBefore } : {}),
    ...(given.length === 0 ? {} : { filter: Object.fromEntries(given.map(([name, value]) => [name, String(value)])) }),
  };
}

/** A cursor made by a list in another order would be compared with the wrong column. Instants are named `…At`. */
function requireFit(cursor: unknown, sort: unknown): void {
  if (typeof cursor !== 'string' || (typeof sort === 'string' && !sort.endsWith('At'))) return;
  if (!Number.isNaN(Date.parse(String(decodeCursor(cursor)?.value)))) return;
  throw refused('validation.failed', 'cursor', 'this cursor belongs to a list in another order');
}

function isCursor(text: string): boolean {
  const cursor = decodeCursor(text);
  return cursor !== undefined && UUID.test(cursor.id);
}

function refused(code: string, path: string, message: string): AppError {
  return new AppError({ code, kind: 'invalid', detail: `${path}: ${message}`, problems: [{ path, message }] });
}
