import { z } from 'zod';
import { e164Schema, labelSchema, statusSchema, wholeNumber } from './common.ts';

/** Where calls may go, and over which trunk. The longest matching prefix wins; no match, no call. */
export const outboundWhitelistSchema = z.strictObject({
  /** For people; the prefix decides. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'use the two capital letters of the country, e.g. US')
    .optional(),
  name: labelSchema.optional(),
  prefix: z
    .string('put the prefix in quotes: "+1"')
    .regex(/^\+[1-9][0-9]{0,14}$/, 'write the prefix with "+" and country code, e.g. "+447"'),
  trunk: z
    .string('the name of the trunk is missing')
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/, 'use the name of a trunk: letters, digits, dots and hyphens'),
  /** Shown to those who are called, unless the extension or its user has a number of their own. */
  callerId: e164Schema.optional(),
  /** Cost units of a started minute, for the daily cost limits. */
  costWeight: wholeNumber(0, 10_000).default(1),
  status: statusSchema,
});

export type OutboundWhitelistEntry = Readonly<z.output<typeof outboundWhitelistSchema>>;
