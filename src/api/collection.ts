import { z } from 'zod';
import type { Context } from '../db/context.ts';
import type { ListQuery, Page } from '../db/resource.ts';
import { componentName, toJsonSchema, toPageSchema } from './json-schema.ts';
import { listQuerySchema, toListQuery } from './query.ts';
import { isZod, type JsonSchema, type Route, route } from './route.ts';

/** Something to read in the API: a list and its items. What a `Resource` does not fit (calls, records) says this. */
export interface Collection {
  /** Plural, in the URL: `calls`. */
  readonly path: string;
  /** Singular, for people: `call`. */
  readonly noun: string;
  /** `area.object`; `.read` is what an actor needs. */
  readonly permission: string;
  /** An item as the list shows it. */
  readonly item: z.ZodType | JsonSchema;
  /** An item on its own, when that shows more. */
  readonly detail?: z.ZodType | JsonSchema;
  readonly filters?: Readonly<Record<string, z.ZodType>>;
  /** Fields to sort by, the default first; absent: the list has one order and takes no `sort`. */
  readonly sorts?: readonly string[];
  readonly isSearchable?: boolean;
  /** What `list` takes besides, and `get`. */
  readonly others?: Readonly<Record<string, z.ZodType>>;
  readonly list?: (context: Context, query: ListQuery, others: Others) => Promise<Page<unknown>>;
  /** What it returns is sent as JSON; a `Reply` adds headers. */
  readonly get?: (context: Context, idOrKey: string, others: Others) => Promise<unknown>;
}

/** The parsed parameters, by name. */
export type Others = Readonly<Record<string, unknown>>;

/** Routes and the schemas they refer to, ready for `createApi`. */
export interface MountedResource {
  readonly routes: readonly Route[];
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** Mounts the list and the item of a collection under `/api/v1`. */
export function collection(definition: Collection): MountedResource {
  const { list, get, noun, detail } = definition;
  const name = componentName(noun);
  const base = `/api/v1/${definition.path}`;
  const shared = { tag: tagOf(definition.path), permission: `${definition.permission}.read` };
  const schemas: Record<string, JsonSchema> = { [name]: documented(definition.item) };
  if (detail !== undefined) schemas[`${name}Detail`] = documented(detail);
  const routes: Route[] = [];
  if (list !== undefined) {
    routes.push(
      route(
        {
          ...shared,
          method: 'GET',
          path: base,
          summary: `List ${pluralOf(definition.path)}`,
          query: listQuerySchema({
            filters: definition.filters ?? {},
            sorts: definition.sorts ?? [],
            isSearchable: definition.isSearchable === true,
            others: definition.others ?? {},
          }),
          response: toPageSchema(reference(name)),
        },
        ({ context, query }) => list(context, toListQuery(query), query),
      ),
    );
  }
  if (get !== undefined) {
    routes.push(
      route(
        {
          ...shared,
          method: 'GET',
          path: `${base}/{id}`,
          summary: `Get one ${noun}`,
          ...(definition.others === undefined ? {} : { query: z.strictObject({ ...definition.others }) }),
          response: reference(detail === undefined ? name : `${name}Detail`),
        },
        ({ context, params, query }) => get(context, params.id ?? '', (query ?? {}) as Others),
      ),
    );
  }
  return { routes, schemas };
}

/** `ring-groups` → `Ring groups`. */
export function tagOf(path: string): string {
  const words = pluralOf(path);
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** `api-keys` → `API keys`. */
function pluralOf(path: string): string {
  return path
    .replaceAll('-', ' ')
    .replace(/\b(ai|api|cdr|ivr)(s?)\b/g, (_, word: string, plural: string) => word.toUpperCase() + plural);
}

export function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

function documented(schema: z.ZodType | JsonSchema): JsonSchema {
  return isZod(schema) ? toJsonSchema(schema, 'output') : schema;
}
