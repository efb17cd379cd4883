import { z } from 'zod';
import { messageOf } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import {
  type ImportOptions,
  type ImportResult,
  importResources,
  type ListQuery,
  listResource,
  type Resource,
} from '../../db/resource.ts';
import { readTable } from '../../platform/read-table.ts';
import { TABLE_FORMATS, type TableFormat, tableFile } from '../../platform/table-file.ts';
import { tagOf } from '../collection.ts';
import { toJsonSchema } from '../json-schema.ts';
import { present } from '../presentation.ts';
import { listQuerySchema, toListQuery } from '../query.ts';
import { type Route, type RouteInput, route, StreamReply } from '../route.ts';
import { rowReader } from './row-to-form.ts';

const LARGEST_IMPORT_BYTES = 256 * 1024 * 1024;
const PAGE = 1000;

const FORMATS = Object.keys(TABLE_FORMATS) as [TableFormat, ...TableFormat[]];
const MEDIA_TYPES = ['text/csv', 'application/x-ndjson', TABLE_FORMATS.xlsx] as const;
const PROGRESS_TYPE = 'application/x-ndjson';

const importQuery = z.strictObject({
  preview: z.enum(['true', 'false'], 'use true or false').default('false'),
  keep: z.enum(['all', 'good'], 'use all (one bad row undoes everything) or good').default('all'),
  existing: z.enum(['refuse', 'merge', 'replace', 'skip'], 'use refuse, merge, replace or skip').default('refuse'),
});

const problemSchema = z.object({ line: z.int(), path: z.string(), message: z.string() });

const resultSchema = z.object({
  rows: z.int(),
  created: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  refused: z.int(),
  problems: z.array(problemSchema),
  isDone: z.boolean(),
});

/** `GET /api/v1/exports/{kind}`: the objects a list would show, all of them, as a file that is made while it is sent. */
export function exportRoute(definition: Resource, filters: Readonly<Record<string, z.ZodType>>): Route {
  const columns = ['id', ...fieldsOf(definition), 'createdAt', 'updatedAt'];
  return route(
    {
      method: 'GET',
      path: `/api/v1/exports/${definition.path}`,
      tag: tagOf(definition.path),
      permission: `${definition.permission}.read`,
      summary: `Export as CSV, JSONL or XLSX: every ${definition.noun}`,
      description: 'Secrets are not in it. What it writes can be imported again.',
      query: listQuerySchema({
        filters,
        sorts: ['createdAt', ...(definition.sorts ?? [])],
        isSearchable: true,
        others: { format: z.enum(FORMATS, `use ${FORMATS.join(', ')}`).default('csv') },
      }).omit({ limit: true, cursor: true }),
      streams: Object.values(TABLE_FORMATS),
    },
    async ({ context, query }) => {
      const { format, ...rest } = query as Readonly<Record<string, unknown>> & { format: TableFormat };
      const pages = pagesOf(context, definition, toListQuery(rest));
      return new StreamReply(tableFile(format, columns, pages), {
        'content-type': TABLE_FORMATS[format],
        'content-disposition': `attachment; filename="${definition.path}.${format}"`,
      });
    },
  );
}

/** `POST /api/v1/imports/{kind}`: objects from a file, with a preview, problems by line and progress. */
export function importRoute(definition: Resource): Route {
  const readRow = rowReader(toJsonSchema(definition.schema, 'input'));
  return route(
    {
      method: 'POST',
      path: `/api/v1/imports/${definition.path}`,
      tag: tagOf(definition.path),
      permission: `${definition.permission}.write`,
      summary: `Import from CSV, JSONL or XLSX: one ${definition.noun} a row`,
      description:
        'Columns are named as the fields. `Accept: application/x-ndjson` gives a line `{"rows":n}` while it goes on, and the result as the last line.',
      query: importQuery,
      upload: { types: MEDIA_TYPES, limitBytes: LARGEST_IMPORT_BYTES },
      response: resultSchema,
    },
    async (input) => {
      const start = (onProgress?: (rows: number) => void): Promise<ImportResult> =>
        importResources(input.context, definition, rowsOf(input, readRow), {
          keep: input.query.keep,
          existing: input.query.existing,
          isPreview: input.query.preview === 'true',
          ...(onProgress === undefined ? {} : { onProgress }),
        } satisfies ImportOptions);
      const wantsProgress = input.request.headers.get('accept')?.includes(PROGRESS_TYPE) === true;
      return wantsProgress ? new StreamReply(progressLines(start), { 'content-type': PROGRESS_TYPE }) : start();
    },
  );
}

async function* rowsOf(
  { request, upload }: Pick<RouteInput, 'request' | 'upload'>,
  read: ReturnType<typeof rowReader>,
) {
  for await (const row of readTable(formatOf(request), upload)) yield read(row);
}

function formatOf(request: Request): TableFormat {
  const type = request.headers.get('content-type') ?? '';
  if (type.startsWith('text/csv')) return 'csv';
  return type.startsWith(PROGRESS_TYPE) ? 'jsonl' : 'xlsx';
}

/** The rows done so far, a line whenever they grow, then the result or what went wrong: a status can no longer say it. */
async function* progressLines(
  start: (onProgress: (rows: number) => void) => Promise<ImportResult>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const line = (value: unknown) => encoder.encode(`${JSON.stringify(value)}\n`);
  let rows = 0;
  let wake: () => void = () => {};
  const end = start((done) => {
    rows = done;
    wake();
  }).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: messageOf(error) }),
  );
  for (let said = -1; ; said = rows) {
    const grown = new Promise<undefined>((resolve) => {
      wake = () => resolve(undefined);
      if (rows > said && said >= 0) resolve(undefined);
    });
    const ended = await Promise.race([end, grown]);
    if (ended !== undefined) {
      yield line('result' in ended ? ended.result : ended);
      return;
    }
    yield line({ rows });
  }
}

async function* pagesOf(context: Context, definition: Resource, query: ListQuery) {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await listResource(context, definition, {
      ...query,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield await present(context, definition, page.items);
    cursor = page.nextCursor;
  }
}

function fieldsOf(definition: Resource): readonly string[] {
  const { properties } = toJsonSchema(definition.schema, 'output');
  return Object.keys(properties as object).filter((name) => !(definition.secrets ?? []).includes(name));
}
