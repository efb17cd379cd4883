import { z } from 'zod';
import type { JsonSchema } from './route.ts';

/** The JSON schema of a zod schema. What JSON Schema cannot say (a refinement) is left to the error messages. */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return rest;
}

/** Lifts the `$defs` of a schema (recursive or named parts) into `components` and points the references there. */
export function liftDefinitions(schema: JsonSchema, name: string, components: Record<string, JsonSchema>): JsonSchema {
  const { $defs, ...rest } = schema;
  if ($defs === undefined) return schema;
  const definitions = $defs as Readonly<Record<string, JsonSchema>>;
  const rename = (key: string) => (key.startsWith('__') ? `${name}${key}` : key);
  const point = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(point);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string'
          ? inner.replace(/^#\/\$defs\/(.*)$/, (_, definition: string) => `#/components/schemas/${rename(definition)}`)
          : point(inner),
      ]),
    );
  };
  for (const [key, definition] of Object.entries(definitions)) {
    const { id: _, ...lifted } = point(definition) as JsonSchema;
    components[rename(key)] = lifted;
  }
  return point(rest) as JsonSchema;
}

/** A merge patch of an object (RFC 7396): every field may be absent, and null takes it away. */
export function toPatchSchema(schema: JsonSchema): JsonSchema {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => {
        const { default: _, ...rest } = property;
        return [name, { anyOf: [rest, { type: 'null' }] }];
      }),
    ),
  };
}

/** What the API answers of a form: the fields without the secret ones, the id and the two times. */
export function toDtoSchema(schema: JsonSchema, secrets: readonly string[]): JsonSchema {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = ((schema.required ?? []) as readonly string[]).filter((name) => !secrets.includes(name));
  const instant = { type: 'string', format: 'date-time' };
  return {
    type: 'object',
    required: ['id', ...required, 'createdAt', 'updatedAt'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      ...Object.fromEntries(Object.entries(properties).filter(([name]) => !secrets.includes(name))),
      createdAt: instant,
      updatedAt: instant,
    },
  };
}

/** `{items, nextCursor}` of something. */
export function toPageSchema(item: JsonSchema): JsonSchema {
  return {
    type: 'object',
    required: ['items', 'nextCursor'],
    properties: {
      items: { type: 'array', items: item },
      nextCursor: { type: ['string', 'null'], description: 'Null on the last page.' },
    },
  };
}

/** `ring group` → `RingGroup`. */
export function componentName(noun: string): string {
  return noun
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}
