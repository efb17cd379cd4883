import { z } from 'zod';
import {
  AI_PROVIDERS,
  assistantStateSchema,
  blockedStatistics,
  blockedStatisticsSchema,
  blockListEntrySchema,
  changeEntries,
  clearEntries,
  importEntries,
  listAssistantStates,
  listEntries,
} from '../voice/index.ts';
import { type Route, route } from './route.ts';

const DAY_MS = 86_400_000;

/** Numbers in one JSON body; a file has an address of its own. */
const MOST_NUMBERS = 20_000;

/** Some four million numbers. */
const LARGEST_FILE_BYTES = 64 * 1024 * 1024;

const lines = z
  .array(z.string('a number is text in quotes').max(200, 'no number is longer than 200 characters'), 'list the numbers')
  .max(MOST_NUMBERS, `send at most ${MOST_NUMBERS} numbers at once`);

const changeSchema = z.object({
  added: z.int(),
  known: z.int(),
  removed: z.int(),
  absent: z.int(),
  refusedCount: z.int(),
  refused: z.array(z.object({ line: z.int(), message: z.string() })),
  total: z.int(),
});

const providerSchema = z.object({
  key: z.string(),
  family: z.string(),
  protocol: z.enum(['sip', 'websocket']),
  needs: z.array(z.string()),
  url: z.string().optional(),
});

/** The numbers of long block lists, what was blocked, and what AI assistants are doing. */
export function blockingRoutes(): readonly Route[] {
  const entries = {
    path: '/api/v1/block-lists/{id}/entries',
    tag: 'Block lists',
    permission: 'voice.block_list.write',
  } as const;
  return [
    route(
      {
        ...entries,
        method: 'GET',
        permission: 'voice.block_list.read',
        summary: 'The numbers of a block list, in the order of their digits',
        query: z.strictObject({
          startsWith: z.string().max(20).optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
          cursor: z.string().optional(),
        }),
        response: z.object({ items: z.array(blockListEntrySchema), nextCursor: z.string().nullable() }),
      },
      ({ context, params, query }) => listEntries(context, params.id ?? '', query),
    ),
    route(
      {
        ...entries,
        method: 'POST',
        summary: 'Add numbers to a block list, or take them off',
        description: 'In force at once, whatever the length of the list. `+1976*` stands for numbers that begin so.',
        body: z.strictObject({ add: lines.optional(), remove: lines.optional() }),
        example: { add: ['+19005550666', '+1976*'], remove: ['+12125550100'] },
        response: changeSchema,
        bodyLimitBytes: 5_000_000,
      },
      ({ context, params, body: { add, remove } }) =>
        changeEntries(context, params.id ?? '', {
          ...(add === undefined ? {} : { add }),
          ...(remove === undefined ? {} : { remove }),
        }),
    ),
    route(
      {
        ...entries,
        method: 'PUT',
        path: '/api/v1/block-lists/{id}/entries/import',
        summary: 'Add the numbers of a text or CSV file',
        description:
          'One number a line, in the first column. The file is taken as it arrives; repeating it is harmless.',
        upload: { types: ['text/plain', 'text/csv'], limitBytes: LARGEST_FILE_BYTES },
        response: changeSchema,
      },
      ({ context, params, upload }) => importEntries(context, params.id ?? '', upload),
    ),
    route({ ...entries, method: 'DELETE', summary: 'Take everything off a block list' }, ({ context, params }) =>
      clearEntries(context, params.id ?? ''),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/blocked-calls/statistics',
        summary: 'How many calls each rule kept out',
        tag: 'Blocked calls',
        permission: 'voice.blocked_call.read',
        query: z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(30) }),
        response: blockedStatisticsSchema,
      },
      ({ context, query }) => blockedStatistics(context, new Date(context.clock.now().getTime() - query.days * DAY_MS)),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/ai-providers',
        summary: 'Platforms of voice agents that Cloudonix reaches',
        description: 'For people to choose from; an assistant may name another.',
        tag: 'AI assistants',
        permission: 'voice.ai_assistant.read',
        response: z.object({ items: z.array(providerSchema) }),
      },
      async () => ({ items: AI_PROVIDERS }),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/ai-assistants/states',
        summary: 'Calls, failures and rests of every AI assistant',
        tag: 'AI assistants',
        permission: 'voice.ai_assistant.read',
        response: z.object({ items: z.array(assistantStateSchema) }),
      },
      async ({ context }) => ({ items: await listAssistantStates(context) }),
    ),
  ];
}
