import { z } from 'zod';
import { labelSchema, nameSchema, statusSchema, wholeNumber } from './common.ts';
import { targetSchema } from './target.ts';

/** What callers hear: spoken text or a sound file, exactly one. */
const greetingSchema = z
  .strictObject({
    say: z.string().trim().min(1, 'say something').max(3000, 'use at most 3000 characters').optional(),
    play: z.url({ protocol: /^https?$/, error: 'give the http(s) address of a sound file' }).optional(),
    language: z
      .string()
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'use a language tag such as en-US')
      .optional(),
    voice: z.string().max(100).optional(),
  })
  .refine(
    (greeting) => (greeting.say === undefined) !== (greeting.play === undefined),
    'a greeting has either say or play',
  );

/** A key, or several, and where they lead. */
const ivrOptionSchema = z.strictObject({
  key: z.string('put the key in quotes: "1"').regex(/^[0-9*#]{1,10}$/, 'use 1 to 10 of the keys 0-9, * and #'),
  to: targetSchema,
  name: labelSchema.optional(),
});

/** A menu. `maxTurns: n` means n presentations; then the call goes to `failover`. */
export const ivrMenuSchema = z.strictObject({
  name: nameSchema,
  status: statusSchema,
  greeting: greetingSchema,
  /** Longest pause between two keys, and after the greeting ends. */
  interDigitTimeoutSeconds: wholeNumber(1, 60).default(2),
  /** Longest wait for the first key. */
  maxTimeoutSeconds: wholeNumber(1, 60).default(5),
  maxTurns: wholeNumber(1, 100).default(3),
  directDial: z.boolean('use true or false').default(false),
  options: z.array(ivrOptionSchema, 'list the options').max(20, 'a menu has at most 20 options').default([]),
  failover: targetSchema.default('hangup'),
});

export type Greeting = Readonly<z.output<typeof greetingSchema>>;
export type IvrMenu = Readonly<z.output<typeof ivrMenuSchema>>;
