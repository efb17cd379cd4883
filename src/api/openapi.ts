import { liftDefinitions, toJsonSchema } from './json-schema.ts';
import { isZod, type JsonSchema, PUBLIC, type Route, SIGNED_IN, statusOf, takesIdempotencyKey } from './route.ts';

export interface DescribeOptions {
  readonly routes: readonly Route[];
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly version: string;
  readonly publicUrl: string;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: JsonSchema;
  readonly servers: readonly JsonSchema[];
  readonly security: readonly JsonSchema[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, JsonSchema>>;
    readonly parameters: Readonly<Record<string, JsonSchema>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
  };
}

const PROBLEM: JsonSchema = {
  type: 'object',
  description: 'RFC 9457. Rely on `code`; `detail` is for people and may change its words.',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId', 'errors'],
  properties: {
    type: { type: 'string', examples: ['/problems/validation.failed'] },
    title: { type: 'string', examples: ['Unprocessable Entity'] },
    status: { type: 'integer', examples: [422] },
    detail: { type: 'string', examples: ['number: use 2 to 6 digits for an extension number'] },
    code: { type: 'string', examples: ['validation.failed'] },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' }, line: { type: 'integer' } },
      },
    },
  },
};

/** The OpenAPI 3.1 document of the very routes that answer. */
export function describeApi(options: DescribeOptions): OpenApiDocument {
  const components: Record<string, JsonSchema> = { Problem: PROBLEM };
  for (const [name, schema] of Object.entries(options.schemas)) {
    components[name] = liftDefinitions(schema, name, components);
  }
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of options.routes) {
    const entry = paths[route.spec.path] ?? {};
    entry[route.spec.method.toLowerCase()] = operationOf(route, components);
    paths[route.spec.path] = entry;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Switchhook',
      version: options.version,
      description:
        'The phone room of a small operator: calls through Cloudonix, texts through GSM modems. Lists are paged by cursor; POST honours `Idempotency-Key`; refusals are problem+json.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: options.publicUrl.replace(/\/$/, '') }],
    security: [{ apiKey: [] }, { session: [] }],
    tags: [...new Set(options.routes.map((route) => route.spec.tag))].map((name) => ({ name })),
    paths,
    components: {
      responses: Object.fromEntries(
        Object.entries(REFUSALS).map(([status, description]) => [
          `Refused${status}`,
          {
            description,
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
      parameters: PARAMETERS,
      schemas: components,
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer sh_…`.' },
        session: { type: 'apiKey', in: 'cookie', name: 'switchhook_session', description: 'The console’s session.' },
      },
    },
  };
}

function operationOf(route: Route, components: Record<string, JsonSchema>): JsonSchema {
  const { spec } = route;
  const operationId = operationIdOf(route);
  const lift = (schema: JsonSchema) => liftDefinitions(schema, operationId, components);
  const status = statusOf(spec);
  const answers = {
    ...(spec.response === undefined
      ? {}
      : {
          'application/json': {
            schema: lift(isZod(spec.response) ? toJsonSchema(spec.response, 'output') : spec.response),
          },
        }),
    ...bytesAs(spec.streams),
  };
  const success =
    Object.keys(answers).length === 0
      ? { description: 'Done.' }
      : {
          description: status === 202 ? 'Accepted.' : status === 201 ? 'Created.' : 'Here it is.',
          content: answers,
        };
  return {
    operationId,
    summary: spec.summary,
    ...describe(spec.description, spec.permission, spec.isScoped),
    tags: [spec.tag],
    parameters: parametersOf(route),
    ...(spec.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              [spec.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json']: {
                schema: lift(isZod(spec.body) ? toJsonSchema(spec.body, 'input') : spec.body),
                ...(spec.example === undefined ? {} : { example: spec.example }),
              },
            },
          },
        }),
    ...(spec.upload === undefined ? {} : { requestBody: { required: true, content: bytesAs(spec.upload.types) } }),
    responses: { [String(status)]: success, ...refusals(route) },
  };
}

/** Bytes that no schema describes, under the names of their media types. */
function bytesAs(types: readonly string[] | undefined): JsonSchema {
  return Object.fromEntries((types ?? []).map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
}

function describe(description: string | undefined, permission: string, isScoped = false): JsonSchema {
  const needs =
    permission === PUBLIC
      ? 'Needs no sign-in.'
      : permission === SIGNED_IN
        ? undefined
        : `Needs the permission \`${permission}\`${isScoped ? ', for some rows at least' : ''}.`;
  const text = [description, needs].filter((part) => part !== undefined).join(' ');
  return text === '' ? {} : { description: text };
}

function parametersOf(route: Route): JsonSchema[] {
  const { spec } = route;
  const path = [...spec.path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: 'The id, or the natural key where the object has one.',
    schema: { type: 'string' },
  }));
  const schema = spec.query === undefined ? {} : toJsonSchema(spec.query, 'input');
  const required = (schema.required ?? []) as readonly string[];
  const query = Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>).map(
    ([name, { description, examples, ...property }]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      ...(typeof description === 'string' ? { description } : {}),
      ...(Array.isArray(examples) ? { example: examples[0] } : {}),
      schema: property,
    }),
  );
  return [
    ...path,
    ...query,
    ...(takesIdempotencyKey(spec) ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ...(spec.takesIfMatch === true ? [{ $ref: '#/components/parameters/IfMatch' }] : []),
  ];
}

const PARAMETERS: Readonly<Record<string, JsonSchema>> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Any text of your own, new for each new request. The same key gets the first answer again for a day.',
    example: '0190f6c4-1a2b-7c3d-8e4f-5a6b7c8d9e0f',
    schema: { type: 'string', maxLength: 255 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The `ETag` that reading gave: the change is refused with 412 when somebody else was faster.',
    schema: { type: 'string', maxLength: 1000 },
  },
};

const REFUSALS = {
  '400': 'The body is not JSON.',
  '401': 'No valid API key or session.',
  '403': 'The permission is missing.',
  '404': 'There is no such object in this organization.',
  '409': 'It exists already, is in use, or the same Idempotency-Key is being worked on.',
  '412': 'It has been changed since it was read; nothing was changed now.',
  '413': 'The body is too large.',
  '415': 'The body is not said to be what this address takes.',
  '422': 'Fields or parameters need attention; `errors` names them.',
  '503': 'The database does not answer; nothing was changed.',
} as const;

function refusals(route: Route): JsonSchema {
  const { spec } = route;
  const statuses: (keyof typeof REFUSALS)[] = ['401', '403', '422', '503'];
  if (spec.path.includes('{')) statuses.push('404');
  if (spec.method !== 'GET') statuses.push('409');
  if (spec.takesIfMatch === true) statuses.push('412');
  if (spec.body !== undefined) statuses.push('400');
  if (spec.body !== undefined || spec.upload !== undefined) statuses.push('413', '415');
  return Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/Refused${status}` }]));
}

/** `GET /api/v1/ring-groups/{id}` → `getRingGroupsById`. */
function operationIdOf(route: Route): string {
  const words = route.spec.path
    .replace(/^\/api\/v1\//, '')
    .replace(/\{([^}]+)\}/g, 'by $1')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return route.spec.method.toLowerCase() + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}
