import { z } from 'zod';
import { e164Schema, nameSchema, statusSchema, wholeNumber } from './common.ts';
import { targetSchema } from './target.ts';

/** Names of stream parameters, and of SIP headers after `X-`. */
const PARAMETER = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

/** A stream address; `{session}`, `{from}` and `{to}` stand for those of the call. */
const streamUrlSchema = z
  .string('give the wss:// address of the agent')
  .max(2000, 'use at most 2000 characters')
  .refine((url) => /^wss:\/\/[^/?#\s]+[^\s]*$/.test(url), 'give the wss:// address of the agent')
  .refine((url) => {
    const filled = url.replace(/\{(?:session|from|to)\}/g, 'x');
    return !/[{}]/.test(filled) && URL.canParse(filled);
  }, 'only {session}, {from} and {to} are filled in; write everything else as it is');

/** An agent in software: reached by SIP through a provider, or by a media stream over a WebSocket. */
export const aiAssistantSchema = z
  .strictObject({
    name: nameSchema,
    status: statusSchema,
    protocol: z.enum(['sip', 'websocket'], 'use sip or websocket'),
    /** A key of the catalogue, or any other that Cloudonix knows. */
    provider: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'use the key of the provider in lower case, e.g. vapi')
      .optional(),
    phoneNumber: e164Schema.optional(),
    username: z.string().min(1).max(255).optional(),
    password: z.string().min(1).max(255).optional(),
    url: streamUrlSchema.optional(),
    /** What the agent is told besides who calls: stream parameters, or SIP headers `X-<name>`. */
    parameters: z
      .record(
        z.string().regex(PARAMETER, 'name a parameter with letters, digits and hyphens, starting with a letter'),
        z.string('a parameter is text in quotes').max(500, 'use at most 500 characters'),
      )
      .refine((parameters) => Object.keys(parameters).length <= 20, 'use at most 20 parameters')
      .optional(),
    /** Calls at once, over all processes; absent: as many as come. */
    maxConcurrentCalls: wholeNumber(1, 10_000).optional(),
    /** Longest conversation. A stream cannot be cut short by CXML. */
    maxCallDurationSeconds: wholeNumber(10, 14_400).optional(),
    /** Where a caller goes when the agent is busy or does not answer; behind a load balancer that decides instead. */
    fallback: targetSchema.optional(),
  })
  .superRefine((assistant, context) => {
    const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (assistant.protocol === 'sip') {
      if (assistant.provider === undefined) refuse('provider', 'a sip assistant needs a provider, e.g. vapi');
      if (assistant.phoneNumber === undefined) refuse('phoneNumber', 'a sip assistant needs a phoneNumber in E.164');
      if (assistant.url !== undefined) refuse('url', 'only a websocket assistant has a url');
    } else {
      if (assistant.url === undefined) refuse('url', 'a websocket assistant needs a url that starts with wss://');
      if (assistant.phoneNumber !== undefined) refuse('phoneNumber', 'only a sip assistant has a phoneNumber');
      if (assistant.maxCallDurationSeconds !== undefined)
        refuse('maxCallDurationSeconds', 'a stream cannot be cut short; only a sip assistant has this');
    }
  });

export type AiAssistant = Readonly<z.output<typeof aiAssistantSchema>>;
