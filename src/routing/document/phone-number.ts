import { z } from 'zod';
import { e164Schema, labelSchema, statusSchema } from './common.ts';
import { targetSchema } from './target.ts';

/** A number of ours that callers outside can reach, and where its calls go. */
export const phoneNumberSchema = z.strictObject({
  number: e164Schema,
  name: labelSchema.default(''),
  routeTo: targetSchema,
  status: statusSchema,
});

export type PhoneNumber = Readonly<z.output<typeof phoneNumberSchema>>;
