import { z } from 'zod';
import { timeRange } from '../../db/time-range.ts';
import { MESSAGE_STATUSES, type MessageStatus } from '../rules/status.ts';
import { ENCODING_POLICIES, referenceBits } from './encoding.ts';
import { retrySchema } from './retry.ts';

/** 63 weeks, the longest validity a service centre can be asked for (3GPP TS 23.040 9.2.3.12.1). */
const MAX_VALIDITY_SECONDS = 63 * 7 * 24 * 3600;

const PRIORITIES = ['high', 'normal', 'low'] as const;

/** How to send, the same for one message and for a broadcast. */
const options = {
  modem: z.string().min(1).optional().meta({ description: 'Name of the modem to use. Default: whichever is free.' }),
  statusReport: z.boolean().default(true).meta({ description: 'Ask the network for delivery reports.' }),
  validitySeconds: z
    .int('use a whole number of seconds')
    .min(60, 'use at least 60 seconds')
    .max(MAX_VALIDITY_SECONDS, 'use at most 63 weeks')
    .optional()
    .meta({ description: 'How long it is worth delivering, waiting for a modem included.' }),
  flash: z.boolean().default(false).meta({ description: 'Show at once on the display, do not store.' }),
  scheduleAt: z.iso
    .datetime({ offset: true, error: 'write a time with its offset, like 2026-11-20T18:00:00+02:00' })
    .optional()
    .meta({ description: 'Not to be sent before.' }),
  priority: z
    .enum(PRIORITIES, 'use high, normal or low')
    .default('normal')
    .meta({ description: '`high` goes before all others and during quiet hours.' }),
  encoding: z
    .enum(ENCODING_POLICIES, `use one of ${ENCODING_POLICIES.join(', ')}`)
    .optional()
    .meta({ description: 'Default: what the policy says, else `auto`.' }),
  referenceBits: referenceBits
    .optional()
    .meta({ description: 'Of the reference that the parts of a long text share. Default: the policy, else 8.' }),
  retry: retrySchema.optional().meta({ description: 'How often refusals are tried again, by their kind.' }),
};

/** What POST /api/v1/messages takes. */
export const sendMessageSchema = z.strictObject({
  to: z
    .string('write the number as text')
    .trim()
    .min(1, 'a recipient is needed')
    .max(40, 'this is too long for a number')
    .meta({ description: 'E.164, a national number, or a short code.', examples: ['+12125550123'] }),
  body: z
    .string('write the text as a string')
    .min(1, 'a message needs a text')
    .refine((text) => !text.includes('\u0000'), 'the text must not hold the character U+0000')
    .meta({ description: 'The text; up to 255 parts.', examples: ['Your technician arrives at 10:00.'] }),
  ...options,
});

export type SendMessageInput = z.input<typeof sendMessageSchema>;

/** How to send, beside whom, what and through which modem. */
export type MessageOptions = Omit<z.output<typeof sendMessageSchema>, 'to' | 'body' | 'modem'>;

/** The answer of 202. */
export const sentMessageSchema = z.object({
  id: z.uuid(),
  status: z.literal('queued'),
  encoding: z.enum(['gsm7', 'ucs2']),
  partCount: z.int(),
});

export type QueuedMessage = Readonly<z.output<typeof sentMessageSchema>>;

export const previewMessageSchema = sendMessageSchema.pick({ body: true, encoding: true, referenceBits: true });

export const messagePreviewSchema = z.object({
  encoding: z.enum(['gsm7', 'ucs2']),
  units: z.int(),
  partCount: z.int(),
  unitsLeft: z.int(),
  unicodeCharacters: z.array(z.string()).meta({ description: 'What forces the text into UCS-2, or would.' }),
  doubleCharacters: z.array(z.string()).meta({ description: 'What takes the room of two.' }),
  tables: z
    .object({ locking: z.int(), single: z.int() })
    .meta({ description: 'Languages of the national tables in use (3GPP TS 23.038 6.2.1.2.4), 0 for none.' }),
});

export type MessagePreview = Readonly<z.output<typeof messagePreviewSchema>>;

const statusSchema = z.enum(MESSAGE_STATUSES as [MessageStatus, ...MessageStatus[]]);
const instantSchema = z.iso.datetime().nullable();

const messagePartSchema = z.object({
  sequence: z.int(),
  reference: z.int().nullable().meta({ description: 'TP-MR of the slice; null until the network took it.' }),
  status: statusSchema,
  submittedAt: instantSchema,
  deliveredAt: instantSchema,
  error: z.string().nullable(),
});

/** A message as the API shows it. */
export const messageSchema = z.object({
  id: z.uuid(),
  direction: z.enum(['inbound', 'outbound']),
  peer: z.string(),
  body: z.string().meta({ description: 'Hexadecimal when the encoding is binary.' }),
  status: statusSchema,
  encoding: z.enum(['gsm7', 'ucs2', 'binary']),
  partCount: z.int().meta({ description: 'Fewer `parts` than this: the missing ones have not come (yet).' }),
  modem: z.string().nullable(),
  error: z.string().nullable().meta({ description: 'Why it failed, or what it waits for.' }),
  priority: z.enum(PRIORITIES),
  flash: z.boolean().meta({ description: 'Class 0: for the display at once, perhaps never stored by the telephone.' }),
  messageClass: z.int().min(0).max(3).nullable().meta({ description: 'As its sender marked a received text.' }),
  isPartial: z.boolean().meta({ description: 'Received, and shown although parts are missing.' }),
  dueAt: z.iso.datetime(),
  broadcastId: z.uuid().nullable(),
  resendOf: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
  parts: z.array(messagePartSchema),
});

export type MessageView = Readonly<z.output<typeof messageSchema>>;

/** The filters of GET /api/v1/messages. */
export const messageFilters = {
  direction: z.enum(['inbound', 'outbound'], 'use inbound or outbound'),
  status: statusSchema,
  peer: z.string().min(1).meta({ description: 'The other side; national spellings are understood.' }),
  modem: z.string().min(1).meta({ description: 'Name of a modem.' }),
  ...timeRange,
} as const;
