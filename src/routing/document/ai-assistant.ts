import { z } from 'zod';
import { e164Schema, nameSchema, statusSchema, wholeNumber } from './common.ts';

/** An agent in software: reached by SIP through a provider, or by a media stream over a WebSocket. */
export const aiAssistantSchema = z
  .strictObject({
    name: nameSchema,
    status: statusSchema,
    protocol: z.enum(['sip', 'websocket'], 'use sip or websocket'),
    provider: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'use the key of the provider in lower case, e.g. vapi')
      .optional(),
    phoneNumber: e164Schema.optional(),
    username: z.string().min(1).max(255).optional(),
    password: z.string().min(1).max(255).optional(),
    url: z.url({ protocol: /^wss$/, error: 'give the wss:// address of the agent' }).optional(),
    maxConcurrentCalls: wholeNumber(1, 10_000).optional(),
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
    }
  });

export type AiAssistant = Readonly<z.output<typeof aiAssistantSchema>>;
