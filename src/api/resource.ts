import { getTableColumns } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import type { Context } from '../db/context.ts';
import {
  createResource,
  type Dto,
  deleteResource,
  getResource,
  type ListQuery,
  listResource,
  type Page,
  patchResource,
  putResource,
  type Resource,
  versionOf,
} from '../db/resource.ts';
import { collection, type MountedResource, reference, tagOf } from './collection.ts';
import { etagOf, expectedOf } from './if-match.ts';
import { componentName, toDtoSchema, toJsonSchema, toPatchSchema } from './json-schema.ts';
import { includesOf, type Presentation, present, presentationQuery } from './presentation.ts';
import { type JsonSchema, Reply, type Route, route } from './route.ts';
import { exportRoute, importRoute } from './tables/table-routes.ts';

export type Verb = 'list' | 'get' | 'create' | 'patch' | 'put' | 'delete';

/** A create that is a use case of its own: another body, another answer, perhaps 202. */
export interface CreateOverride {
  readonly body: z.ZodType | JsonSchema;
  readonly response: z.ZodType | JsonSchema;
  readonly status?: 201 | 202;
  /** Gets the body unparsed when `body` is a JSON schema. */
  readonly handle: (context: Context, body: unknown) => Promise<{ readonly id: string }>;
}

export interface ResourceOptions {
  /** Default: all six. */
  readonly verbs?: readonly Verb[];
  /** A body that creates one; shown in the documentation and held against the schema by a test. */
  readonly example?: unknown;
  /** What `list` and `get` below answer, where that is something else than the form. */
  readonly item?: z.ZodType | JsonSchema;
  readonly detail?: z.ZodType | JsonSchema;
  /** What the `list` below can be filtered by; it takes nothing that it does not name here. */
  readonly filters?: Readonly<Record<string, z.ZodType>>;
  /** Use cases in place of the general verbs. */
  readonly list?: (context: Context, query: ListQuery) => Promise<Page<unknown>>;
  readonly get?: (context: Context, idOrKey: string) => Promise<unknown>;
  readonly create?: CreateOverride;
}

const ALL: readonly Verb[] = ['list', 'get', 'create', 'patch', 'put', 'delete'];

/** Mounts a resource: paged list, get, create, change, replace and delete, with their documentation. */
export function resource(definition: Resource, options: ResourceOptions = {}): MountedResource {
  const verbs = options.verbs ?? ALL;
  const has = (verb: Verb) => verbs.includes(verb);
  const name = componentName(definition.noun);
  const stored = toDtoSchema(toJsonSchema(definition.schema, 'output'), definition.secrets ?? []);
  const isPlain = options.list === undefined && options.get === undefined && options.item === undefined;
  const detail = options.detail ?? (options.item === undefined || options.get !== undefined ? undefined : stored);
  const read = collection({
    path: definition.path,
    noun: definition.noun,
    permission: definition.permission,
    item: options.item ?? stored,
    ...(detail === undefined ? {} : { detail }),
    filters: options.list === undefined ? filtersOf(definition) : (options.filters ?? {}),
    sorts: options.list === undefined ? ['createdAt', ...(definition.sorts ?? [])] : [],
    isSearchable: options.list === undefined,
    ...(isPlain ? { others: presentationQuery(Object.keys(stored.properties as object), includesOf(definition)) } : {}),
    ...(has('list') ? { list: options.list ?? listOf(definition) } : {}),
    ...(has('get') ? { get: options.get ?? getOf(definition) } : {}),
  });
  const input = toJsonSchema(definition.schema, 'input');
  return {
    routes: [
      ...read.routes,
      ...writeRoutes(definition, options, verbs),
      ...(isPlain && has('list') ? [exportRoute(definition, filtersOf(definition))] : []),
      ...(isPlain && has('create') && has('patch') && options.create === undefined ? [importRoute(definition)] : []),
    ],
    schemas: {
      ...read.schemas,
      ...(answersStored(options) ? {} : { [`${name}Form`]: stored }),
      ...((has('create') && options.create === undefined) || has('put') ? { [`${name}Input`]: input } : {}),
      ...(has('patch') ? { [`${name}Patch`]: toPatchSchema(input) } : {}),
    },
  };
}

function listOf(definition: Resource) {
  return async (context: Context, query: ListQuery, others: Presentation): Promise<Page<unknown>> => {
    const { items, nextCursor } = await listResource(context, definition, query);
    return { items: await present(context, definition, items, others), nextCursor };
  };
}

function getOf(definition: Resource) {
  return async (context: Context, idOrKey: string, others: Presentation): Promise<Reply> =>
    toReply(context, definition, await getResource(context, definition, idOrKey), {}, others);
}

async function toReply(
  context: Context,
  definition: Resource,
  dto: Dto,
  headers: Readonly<Record<string, string>> = {},
  others: Presentation = {},
): Promise<Reply> {
  const [shown] = await present(context, definition, [dto], others);
  return new Reply(shown, { ...headers, ...etagOf(versionOf(dto)) });
}

/** Whether what writes answer is also what the list shows. */
function answersStored(options: ResourceOptions): boolean {
  return options.item === undefined;
}

function writeRoutes(definition: Resource, options: ResourceOptions, verbs: readonly Verb[]): Route[] {
  const { noun, path } = definition;
  const name = componentName(noun);
  const base = `/api/v1/${path}`;
  const shared = { tag: tagOf(path), permission: `${definition.permission}.write` };
  const example = options.example === undefined ? {} : { example: options.example };
  const one = { ...shared, path: `${base}/{id}`, takesIfMatch: true };
  const write = options.create;
  const answer = reference(answersStored(options) ? name : `${name}Form`);
  const routes: Partial<Record<Verb, Route>> = {
    create: route(
      {
        ...shared,
        ...example,
        method: 'POST',
        path: base,
        summary: `Create one ${noun}`,
        body: write?.body ?? reference(`${name}Input`),
        response: write?.response ?? answer,
        status: write?.status ?? 201,
      },
      async ({ context, body }) => {
        if (write !== undefined) {
          const made = await write.handle(context, body);
          return new Reply(made, { location: `${base}/${made.id}` });
        }
        const created = await createResource(context, definition, body);
        return toReply(context, definition, created, { location: `${base}/${created.id}` });
      },
    ),
    patch: route(
      {
        ...one,
        method: 'PATCH',
        summary: `Change some fields of one ${noun}`,
        description: 'A JSON merge patch: fields that are absent stay, null removes.',
        body: reference(`${name}Patch`),
        response: answer,
      },
      async ({ context, params, body, request }) =>
        toReply(
          context,
          definition,
          await patchResource(context, definition, params.id ?? '', body, expectedOf(request)),
        ),
    ),
    put: route(
      {
        ...one,
        ...(options.create === undefined ? example : {}),
        method: 'PUT',
        summary: `Replace one ${noun}`,
        description: 'Fields that are absent go back to their defaults.',
        body: reference(`${name}Input`),
        response: answer,
      },
      async ({ context, params, body, request }) =>
        toReply(
          context,
          definition,
          await putResource(context, definition, params.id ?? '', body, expectedOf(request)),
        ),
    ),
    delete: route(
      {
        ...one,
        method: 'DELETE',
        summary: `Delete one ${noun}`,
        description: 'Refused with 409 while something points at it.',
      },
      ({ context, params, request }) => deleteResource(context, definition, params.id ?? '', expectedOf(request)),
    ),
  };
  return verbs.flatMap((verb) => routes[verb] ?? []);
}

/** What each filter takes, read off its column. */
function filtersOf(definition: Resource): Record<string, z.ZodType> {
  return Object.fromEntries((definition.filters ?? []).map((field) => [field, filterOf(definition, field)]));
}

function filterOf(definition: Resource, field: string): z.ZodType {
  const column = columnOf(definition, field);
  const [first, ...others] = column.enumValues ?? [];
  if (first !== undefined) return z.enum([first, ...others], `use one of ${[first, ...others].join(', ')}`);
  if (column.dataType === 'number') return z.string().regex(/^-?[0-9]{1,15}$/, 'use a whole number');
  if (column.columnType === 'PgUUID') return z.guid('use an id');
  if (column.dataType === 'string') return z.string().max(1000, 'use at most 1000 characters');
  throw new Error(`${definition.path} cannot be filtered by ${field}: a list compares texts, numbers and ids`);
}

function columnOf(definition: Resource, field: string): PgColumn {
  const column = (getTableColumns(definition.table) as Record<string, PgColumn>)[field];
  if (column === undefined) throw new Error(`${definition.path} has no column ${field}`);
  return column;
}
