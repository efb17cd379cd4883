import type { FieldProblem } from '../../core/errors.ts';
import type { ImportRow } from '../../db/resource.ts';
import type { TableRow } from '../../platform/read-table.ts';
import type { JsonSchema } from '../route.ts';

/** What an export writes and nobody sets. */
const OURS = new Set(['id', 'createdAt', 'updatedAt', 'usedBy']);

/**
 * Reads rows as objects of a schema. A cell is text; what it stands for is said by the schema: `yes` for true, `12` for a
 * number, `101;102` for a list, JSON for the rest. An empty cell is absent. Columns that nobody sets are passed over, so
 * that an export can be changed and brought back; any other unknown column is a problem of its row.
 */
export function rowReader(schema: JsonSchema): (row: TableRow) => ImportRow {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  const names = Object.keys(properties);
  return ({ line, values }) => {
    const input: Record<string, unknown> = {};
    const problems: FieldProblem[] = [];
    for (const [name, cell] of Object.entries(values)) {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (property !== undefined) {
        const value = meaningOf(property, cell);
        if (value !== undefined) input[name] = value;
      } else if (!OURS.has(name) && cell !== '') {
        problems.push({ path: name, message: `there is no such column; there are ${names.join(', ')}` });
      }
    }
    return { line, input, ...(problems.length === 0 ? {} : { problems }) };
  };
}

/** What a cell stands for; the text itself where it fits nothing, so that validation says what is wrong with it. */
function meaningOf(schema: JsonSchema, cell: unknown): unknown {
  if (cell === null || cell === undefined || cell === '') return undefined;
  const types = typesOf(schema);
  if (typeof cell === 'number' || typeof cell === 'boolean') return types.has(typeof cell) ? cell : fitted(types, cell);
  if (typeof cell !== 'string') return cell;
  const text = cell.trim();
  if ((types.has('object') || types.has('array')) && /^[[{]/.test(text)) return parsed(text);
  if (types.has('array')) {
    return text
      .split(';')
      .map((item) => meaningOf(itemsOf(schema), item.trim()))
      .filter((item) => item !== undefined);
  }
  if (types.has('string')) return cell;
  if (types.has('boolean') && YES.test(text)) return true;
  if (types.has('boolean') && NO.test(text)) return false;
  return types.has('number') && /^-?[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : cell;
}

const YES = /^(true|yes|1)$/i;
const NO = /^(false|no|0)$/i;

/** A sheet keeps `101` as a number where the form wants text, and 1 where it wants yes. */
function fitted(types: ReadonlySet<string>, cell: number | boolean): unknown {
  if (types.has('string')) return String(cell);
  if (types.has('boolean') && (cell === 0 || cell === 1)) return cell === 1;
  return types.has('array') ? [String(cell)] : cell;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** JSON types that a schema takes, `integer` among the numbers. */
function typesOf(schema: JsonSchema): ReadonlySet<string> {
  const own = [schema.type].flat().map((type) => (type === 'integer' ? 'number' : type));
  const fixed = [schema.const, ...((schema.enum as readonly unknown[]) ?? [])].map((value) => typeof value);
  return new Set([
    ...own.filter((type): type is string => typeof type === 'string'),
    ...fixed.filter((type) => type !== 'undefined'),
    ...partsOf(schema).flatMap((part) => [...typesOf(part)]),
  ]);
}

function itemsOf(schema: JsonSchema): JsonSchema {
  const items = schema.items ?? partsOf(schema).find((part) => part.items !== undefined)?.items;
  return (items ?? { type: 'string' }) as JsonSchema;
}

function partsOf(schema: JsonSchema): readonly JsonSchema[] {
  return [schema.anyOf, schema.oneOf, schema.allOf].flatMap((parts) => (parts ?? []) as readonly JsonSchema[]);
}
