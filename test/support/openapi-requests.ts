/*
 * Requests made from an OpenAPI document: values that fit its schemas, and the same spoilt in the ways in which clients,
 * people and attackers spoil them.
 */

type Schema = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operation: Schema;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface MadeRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export function operationsOf(document: OpenApi): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** What hurts parsers, databases, terminals and spreadsheets. */
const NASTY: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  1e21,
  0.1,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e\u0661\u0662',
  "'; drop table users; --",
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '%',
  '\\',
  'NaN',
  '2026-02-30T25:61:61Z',
  '-infinity',
  'x'.repeat(5_000),
  '🏳️‍🌈'.repeat(200),
  [],
  [[]],
  {},
  { $ref: '#' },
  { constructor: { prototype: { admin: true } } },
];

/**
 * Makes requests of an operation. `random` gives numbers in [0, 1); `known` are ids and names, of the own organization and
 * of others, that go into paths and wherever a text is wanted.
 */
export function requestMaker(document: OpenApi, random: () => number, known: readonly string[]) {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const chance = (share: number): boolean => random() < share;

  return ({ method, path, operation }: Operation): MadeRequest => {
    const parameters = (operation.parameters ?? []) as readonly Schema[];
    const query = new URLSearchParams();
    for (const parameter of parameters) {
      if (parameter.in !== 'query' || !(parameter.required === true || chance(0.3))) continue;
      query.set(String(parameter.name), textOf(spoilt(made(parameter.schema as Schema))));
    }
    if (chance(0.05)) query.set(pick(['__proto__', 'x', 'limit', 'cursor']), textOf(pick(NASTY)));
    const filled = path.replace(/\{[^}]+\}/g, () =>
      encodeURIComponent(chance(0.7) ? pick(known) : textOf(pick(NASTY)).toWellFormed() || '-'),
    );
    const [type, media] = pick(
      Object.entries(((operation.requestBody as Schema)?.content ?? { '': {} }) as Record<string, Schema>),
    );
    const body = type === '' ? undefined : bodyOf(type, (media.schema ?? {}) as Schema);
    const search = query.size === 0 ? '' : `?${query}`;
    return { method, url: filled + search, headers: type === '' ? {} : { 'content-type': type }, body };
  };

  function bodyOf(type: string, schema: Schema): string {
    if (!type.includes('json') || type.includes('ndjson'))
      return `number,name\n${textOf(pick(NASTY))},${pick(known)}\n`;
    const text = JSON.stringify(spoilt(made(schema)));
    return chance(0.03) ? text.slice(0, Math.floor(text.length / 2)) : text;
  }

  /** Mostly as it was; else one part of it replaced, doubled, renamed or taken away. */
  function spoilt(value: unknown): unknown {
    if (chance(0.5)) return value;
    if (typeof value !== 'object' || value === null || chance(0.15)) return pick(NASTY);
    if (Array.isArray(value)) return chance(0.5) ? [...value, ...value] : value.map(spoilt);
    const entries = Object.entries(value);
    if (entries.length === 0 || chance(0.2))
      return { ...value, [pick(['extra', 'id', 'organizationId', '__proto__'])]: pick(known) };
    const [name, inner] = pick(entries);
    return { ...value, [name]: spoilt(inner) };
  }

  function made(schema: Schema, depth = 0): unknown {
    if (typeof schema.$ref === 'string') {
      return made(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, depth + 1);
    }
    const examples = schema.examples ?? (schema.example === undefined ? undefined : [schema.example]);
    if (Array.isArray(examples) && examples.length > 0 && chance(0.7)) return pick(examples);
    if (schema.const !== undefined) return schema.const;
    if (Array.isArray(schema.enum)) return pick(schema.enum);
    const parts = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
    if (parts !== undefined) return made(pick(parts), depth + 1);
    switch (Array.isArray(schema.type) ? pick(schema.type) : schema.type) {
      case 'object':
        return objectOf(schema, depth);
      case 'array':
        return depth > 6
          ? []
          : Array.from({ length: Math.floor(random() * 3) }, () => made(schema.items as Schema, depth + 1));
      case 'integer':
      case 'number':
        return Math.floor(random() * 120);
      case 'boolean':
        return chance(0.5);
      case 'null':
        return null;
      default:
        return pick([
          ...known,
          '101',
          '+16465550100',
          'ring_group:sales',
          '2026-11-21T12:00:00Z',
          'Name',
          '12:00-13:00',
        ]);
    }
  }

  function objectOf(schema: Schema, depth: number): unknown {
    const required = (schema.required ?? []) as readonly string[];
    const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
    return Object.fromEntries(
      properties
        .filter(([name]) => required.includes(name) || (depth < 6 && chance(0.4)))
        .map(([name, property]) => [name, made(property, depth + 1)]),
    );
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value);
}
