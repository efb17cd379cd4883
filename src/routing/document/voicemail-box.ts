import { z } from 'zod';
import { extensionNumberSchema, labelSchema, statusSchema, wholeNumber } from './common.ts';
import { promptSchema } from './prompt.ts';

/** Where callers leave messages (`voicemail:101`) and the owner hears them (`mailbox:101`). */
export const voicemailBoxSchema = z.strictObject({
  /** Usually that of the owner's extension; a box may stand alone, too. */
  number: extensionNumberSchema,
  name: labelSchema.default(''),
  status: statusSchema,
  /** What the owner types to hear messages. Without one only their own phone can, and nobody from outside. */
  pin: z
    .string('put the PIN in quotes: "4321"')
    .regex(/^[0-9]{3,20}$/, 'use 3 to 20 digits')
    .optional(),
  /** What callers hear before the tone; a sentence of ours when absent. */
  greeting: promptSchema.optional(),
  maxMessageSeconds: wholeNumber(5, 3600).default(180),
  /** Silence that ends a message. */
  silenceSeconds: wholeNumber(1, 60).default(5),
  /** Keys that end a message. */
  finishOnKey: z
    .string('put the keys in quotes: "#"')
    .regex(/^[0-9*#]{1,12}$/, 'use 1 to 12 of the keys 0-9, * and #')
    .default('#'),
});

export type VoicemailBox = Readonly<z.output<typeof voicemailBoxSchema>>;
