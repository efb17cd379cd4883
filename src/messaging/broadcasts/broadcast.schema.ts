import { z } from 'zod';
import { sendMessageSchema } from '../messages/message.schema.ts';
import { MESSAGE_STATUSES, type MessageStatus } from '../rules/status.ts';

/** The same options as for one message, and the text, which a line may replace by one of its own. */
export const broadcastSchema = sendMessageSchema.omit({ to: true, body: true }).extend({
  id: z
    .uuid('use a UUID')
    .optional()
    .meta({ description: 'Made by the sender, so that a request sent twice is refused instead of done twice.' }),
  body: sendMessageSchema.shape.body.optional().meta({ description: 'The text, unless each line brings its own.' }),
});

export type BroadcastInput = z.input<typeof broadcastSchema>;

const lineSchema = z.object({
  line: z.int(),
  to: z.string(),
  code: z.string(),
  reason: z.string(),
});

/** Of duplicates and refusals so many are kept with their lines, of all the number. */
export const MOST_LISTED = 1_000;

export type RefusedLine = z.output<typeof lineSchema>;

const statusSchema = z.enum(MESSAGE_STATUSES as [MessageStatus, ...MessageStatus[]]);

/** A broadcast as the API shows it. */
export const broadcastViewSchema = z.object({
  id: z.uuid(),
  body: z.string(),
  status: z
    .enum(['accepting', 'accepted', 'interrupted', 'cancelled'])
    .meta({ description: '`interrupted`: the list ended early; what was accepted until then is sent.' }),
  received: z.int().meta({ description: 'Lines read so far.' }),
  accepted: z.int().meta({ description: 'Messages made of them.' }),
  duplicateCount: z.int(),
  duplicates: z.array(lineSchema).meta({ description: 'Numbers that came before; the first thousand.' }),
  refusedCount: z.int(),
  refused: z.array(lineSchema).meta({ description: 'Lines that got no message and why; the first thousand.' }),
  messages: z
    .partialRecord(statusSchema, z.int())
    .meta({ description: 'How many of its messages have which status now.' }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type BroadcastView = Readonly<z.output<typeof broadcastViewSchema>>;
