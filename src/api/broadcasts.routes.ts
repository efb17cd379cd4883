import { z } from 'zod';
import {
  type BroadcastLine,
  type BroadcastProgress,
  type BroadcastView,
  broadcastSchema,
  broadcastViewSchema,
  cancelBroadcast,
  getBroadcast,
  historyImportSchema,
  importGammu,
  listBroadcasts,
  startBroadcast,
} from '../messaging/index.ts';
import { readTable } from '../platform/read-table.ts';
import { type Route, route, StreamReply } from './route.ts';

const tag = 'Messages';
const PROGRESS_TYPE = 'application/x-ndjson';
/** A hundred thousand lines with a text each. */
const LIMIT_BYTES = 64 * 1024 * 1024;
const HISTORY_BYTES = 512 * 1024 * 1024;

/** The options of a broadcast as a query spells them. */
const querySchema = broadcastSchema.omit({ retry: true }).extend({
  statusReport: z.enum(['true', 'false'], 'use true or false').optional(),
  flash: z.enum(['true', 'false'], 'use true or false').optional(),
  validitySeconds: z
    .string()
    .regex(/^[0-9]{2,9}$/, 'use a whole number of seconds')
    .optional(),
  priority: broadcastSchema.shape.priority.unwrap().optional(),
});

/** One text to many numbers, and the texts of another gateway. */
export function broadcastRoutes(): readonly Route[] {
  return [
    route(
      {
        method: 'POST',
        path: '/api/v1/messages/import/gammu',
        summary: 'Take over the history of gammu-smsd',
        description:
          'The body is a CSV with header of its table inbox or sentitems. Nothing is sent; repeating is harmless.',
        tag,
        permission: 'sms.message.write',
        upload: { types: ['text/csv', PROGRESS_TYPE], limitBytes: HISTORY_BYTES },
        response: historyImportSchema,
        isIdempotent: false,
      },
      ({ context, upload, request }) => importGammu(context, readTable(formatOf(request), upload)),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/broadcasts',
        summary: 'Send a text to many numbers',
        description:
          'The body is the list, read as it comes: CSV with the columns `to` and perhaps `body`, or one JSON object a line with the same fields; up to 100,000. `Accept: application/x-ndjson` gives a line of progress after each thousand, and the broadcast as the last one.',
        tag,
        permission: 'sms.message.write',
        query: querySchema,
        upload: { types: ['text/csv', PROGRESS_TYPE], limitBytes: LIMIT_BYTES },
        response: broadcastViewSchema,
        status: 202,
        isIdempotent: false,
      },
      async ({ context, query, upload, request }) => {
        const { statusReport, flash, validitySeconds, ...rest } = query;
        const options = {
          ...rest,
          ...(statusReport === undefined ? {} : { statusReport: statusReport === 'true' }),
          ...(flash === undefined ? {} : { flash: flash === 'true' }),
          ...(validitySeconds === undefined ? {} : { validitySeconds: Number(validitySeconds) }),
        };
        const lines: AsyncIterable<BroadcastLine> = readTable(formatOf(request), upload);
        const work = await startBroadcast(context, options, lines);
        const wantsProgress = request.headers.get('accept')?.includes(PROGRESS_TYPE) === true;
        return wantsProgress ? new StreamReply(progressLines(work), { 'content-type': PROGRESS_TYPE }) : lastOf(work);
      },
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/broadcasts',
        summary: 'The newest broadcasts',
        tag,
        permission: 'sms.message.read',
        response: z.object({ items: z.array(broadcastViewSchema) }),
      },
      ({ context }) => listBroadcasts(context),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/broadcasts/{id}',
        summary: 'How far a broadcast is',
        tag,
        permission: 'sms.message.read',
        response: broadcastViewSchema,
      },
      ({ context, params }) => getBroadcast(context, params.id ?? ''),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/broadcasts/{id}/cancel',
        summary: 'Take back what of a broadcast has not left',
        tag,
        permission: 'sms.message.write',
        response: broadcastViewSchema,
        isIdempotent: false,
      },
      ({ context, params }) => cancelBroadcast(context, params.id ?? ''),
    ),
  ];
}

function formatOf(request: Request): 'csv' | 'jsonl' {
  return request.headers.get('content-type')?.startsWith('text/csv') ? 'csv' : 'jsonl';
}

type Work = AsyncGenerator<BroadcastProgress, BroadcastView>;

async function lastOf(work: Work): Promise<BroadcastView> {
  for (;;) {
    const step = await work.next();
    if (step.done) return step.value;
  }
}

async function* progressLines(work: Work): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (;;) {
    const step = await work.next();
    yield encoder.encode(`${JSON.stringify(step.value)}\n`);
    if (step.done) return;
  }
}
