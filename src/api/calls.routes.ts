import { z } from 'zod';
import { TABLE_FORMATS, type TableFormat } from '../platform/table-file.ts';
import { callFilters, callStatistics, cdrFilters, exportCdrs, STATISTICS, statisticsSchema } from '../voice/index.ts';
import { toListQuery } from './query.ts';
import { type Route, route, StreamReply } from './route.ts';

const formats = Object.keys(TABLE_FORMATS) as [TableFormat, ...TableFormat[]];

/** What the call log tells besides its lists: sums, and files of any length. */
export function callRoutes(): readonly Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/calls/statistics',
        summary: 'Count calls by hour, day, number, extension, place, AI assistant or disposition',
        description: 'Takes the filters of the list. Without `since`: the last 30 days.',
        tag: 'Calls',
        permission: 'voice.call.read',
        query: z.strictObject({
          by: z.enum(STATISTICS, `use one of ${STATISTICS.join(', ')}`),
          ...optional(callFilters),
        }),
        response: statisticsSchema,
      },
      ({ context, query: { by, ...filters } }) => callStatistics(context, by, toListQuery(filters).filter ?? {}),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/cdrs/export',
        summary: 'Download CDRs as CSV, JSON lines or a workbook',
        description: 'Takes the filters of the list, and sends all that match, newest first.',
        tag: 'CDRs',
        permission: 'voice.cdr.read',
        query: z.strictObject({
          format: z.enum(formats, `use one of ${formats.join(', ')}`).default('csv'),
          ...optional(cdrFilters),
        }),
        streams: Object.values(TABLE_FORMATS),
      },
      async ({ context, query: { format, ...filters } }) =>
        new StreamReply(exportCdrs(context, format, toListQuery(filters).filter ?? {}), {
          'content-type': TABLE_FORMATS[format],
          'content-disposition': `attachment; filename="cdrs.${format}"`,
        }),
    ),
  ];
}

type Optional<Shape extends Readonly<Record<string, z.ZodType>>> = {
  [Field in keyof Shape]: z.ZodOptional<Shape[Field]>;
};

function optional<Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape): Optional<Shape> {
  const entries = Object.entries(shape).map(([field, schema]) => [field, schema.optional()]);
  // `Object.fromEntries` forgets which field is which; nothing else changes.
  return Object.fromEntries(entries) as Optional<Shape>;
}
