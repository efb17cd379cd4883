import { z } from 'zod';
import { e164Schema, labelSchema, statusSchema } from './common.ts';
import { targetSchema } from './target.ts';

/** A number of ours that callers outside can reach, and where its calls go. */
export const phoneNumberSchema = z.strictObject({
  number: e164Schema,
  name: labelSchema.default(''),
  /** Put before the caller's name on the phone that rings, so that people know which number was called. */
  callerNamePrefix: z
    .string('must be text')
    .trim()
    .min(1, 'say something')
    .max(40, 'use at most 40 characters')
    .optional(),
  routeTo: targetSchema,
  status: statusSchema,
});

export type PhoneNumber = Readonly<z.output<typeof phoneNumberSchema>>;
